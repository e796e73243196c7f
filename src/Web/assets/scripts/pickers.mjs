// Search-as-you-type over a picker's address; the plain field stays underneath and is what is posted.
export const pickers = {
  enhance(root) {
    for (const picker of root.querySelectorAll('[data-picker][data-search]')) if (!picker.dataset.ready) combobox(picker);
  },
};

function combobox(picker) {
  const field = picker.querySelector('input');
  if (field.readOnly || field.disabled) return;
  picker.dataset.ready = '';
  const many = picker.hasAttribute('data-multiple');
  const list = Object.assign(document.createElement('ul'), { id: `${field.id}-options`, className: 'zt-options', hidden: true });
  list.setAttribute('role', 'listbox');
  const box = field.cloneNode();
  box.removeAttribute('name');
  box.value = many ? '' : field.dataset.text ?? field.value;
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' })) {
    box.setAttribute(name, value);
  }
  box.required = field.required;
  field.type = 'hidden';
  field.removeAttribute('required');
  field.id = `${field.id}-value`;
  field.before(box);
  picker.append(list);
  picker.querySelector('a')?.remove();
  picker.querySelector('.zt-hint')?.remove();
  const chips = Object.assign(document.createElement('ul'), { className: 'zt-chips' });
  const chosen = new Map();
  if (many) {
    picker.prepend(chips);
    const names = (field.dataset.text ?? '').split('、');
    field.value.split(',').filter(Boolean).forEach((v, i) => chosen.set(v, names[i] ?? v));
    draw();
  }

  let timer;
  let last = 0;
  let at = -1;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    if (!many) field.value = '';
    timer = setTimeout(ask, 200);
  });
  box.addEventListener('focus', () => { if (box.value === '' || many) ask(); });
  box.addEventListener('blur', () => setTimeout(close, 150));
  box.addEventListener('keydown', event => {
    const options = [...list.children];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(options, (at + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length);
    } else if (event.key === 'Enter' && !list.hidden && at >= 0) {
      event.preventDefault();
      options[at].click();
    } else if (event.key === 'Escape') {
      close();
    }
  });
  // What was typed but not chosen is no value: the server would refuse a bare name.
  box.form?.addEventListener('submit', () => { if (!many && field.value === '') field.value = box.value; });

  async function ask() {
    const turn = ++last;
    const url = new URL(picker.dataset.search, location.href);
    url.searchParams.set('q', box.value);
    let found;
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      found = answer.ok ? await answer.json() : [];
    } catch {
      found = [];
    }
    if (turn !== last) return;
    at = -1;
    list.replaceChildren(...found.map(option => {
      const item = document.createElement('li');
      item.id = `${list.id}-${option.value}`;
      item.setAttribute('role', 'option');
      item.append(Object.assign(document.createElement('span'), { textContent: option.text }));
      if (option.hint) item.append(Object.assign(document.createElement('small'), { textContent: option.hint }));
      item.addEventListener('mousedown', event => event.preventDefault());
      item.addEventListener('click', () => choose(option));
      return item;
    }));
    if (found.length === 0) {
      list.append(Object.assign(document.createElement('li'), { className: 'zt-options-none', textContent: '没有找到' }));
    }
    list.hidden = false;
    box.setAttribute('aria-expanded', 'true');
  }

  function choose(option) {
    if (many) {
      chosen.set(option.value, option.text);
      box.value = '';
      draw();
    } else {
      field.value = option.value;
      box.value = option.text;
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
    close();
  }

  function draw() {
    field.value = [...chosen.keys()].join(',');
    box.required = chosen.size === 0 && field.hasAttribute('data-required');
    chips.replaceChildren(...[...chosen].map(([value, text]) => {
      const remove = Object.assign(document.createElement('button'), { type: 'button', className: 'zt-chip', textContent: `${text} ×` });
      remove.setAttribute('aria-label', `去掉 ${text}`);
      remove.onclick = () => {
        chosen.delete(value);
        draw();
      };
      const item = document.createElement('li');
      item.append(remove);
      return item;
    }));
  }

  function mark(options, index) {
    options[at]?.removeAttribute('aria-selected');
    at = index;
    options[at]?.setAttribute('aria-selected', 'true');
    options[at]?.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', options[at]?.id ?? '');
  }

  function close() {
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  }
}
