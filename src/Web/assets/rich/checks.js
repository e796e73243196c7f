// What the server finds wrong with the drawing, marked at its elements and listed below it, a moment after the last change.
const pause = 900;

export function checks(element, modeler) {
  const url = element.dataset.check;
  if (!url) return () => {};
  const list = Object.assign(document.createElement('div'), { className: 'zt-designer-findings' });
  list.setAttribute('role', 'status');
  element.querySelector('.zt-designer-canvas').after(list);
  let timer;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const area = document.getElementById(element.dataset.source);
    const { xml } = await modeler.saveXML({ format: true });
    const body = new URLSearchParams({ content: xml, __RequestVerificationToken: area.form.elements.__RequestVerificationToken?.value ?? '' });
    const answer = await fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => null);
    // Not answered, or answered too late: the last marks stay until the next change.
    if (mine === asked && answer?.ok) show(await answer.json());
  };
  const show = findings => {
    const [overlays, registry] = [modeler.get('overlays'), modeler.get('elementRegistry')];
    overlays.remove({ type: 'zt-finding' });
    const items = findings.map(finding => {
      const drawn = finding.at && registry.get(finding.at);
      const word = finding.error ? '错误' : '提醒';
      if (drawn) {
        const mark = Object.assign(document.createElement('span'), { className: `zt-finding${finding.error ? ' zt-finding-error' : ''}`, textContent: '!' });
        mark.title = `${word}：${finding.message}`;
        overlays.add(drawn, 'zt-finding', { position: { top: -10, left: -10 }, html: mark });
      }
      const item = document.createElement('li');
      const text = `${word}：${finding.message}`;
      if (!drawn) item.textContent = text;
      else {
        const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-link', textContent: text });
        button.addEventListener('click', () => {
          modeler.get('selection').select(drawn);
          modeler.get('canvas').scrollToElement(drawn);
        });
        item.append(button);
      }
      return item;
    });
    const found = document.createElement('ul');
    found.append(...items);
    list.replaceChildren(Object.assign(document.createElement('p'), {
      textContent: findings.length === 0 ? '检查：没有发现问题。' : `检查：${findings.length} 处需要看一看。`,
    }), found);
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  };
}
