// Aids for reading: speech, a large subtitle, guide lines. Each is switched on by an attribute that the server sets from the cookie.
const blocks = 'h1, h2, h3, h4, p, li, label, legend, td, th, dt, dd, a, button, summary, figcaption, input, select, textarea, [role=alert]';

export const reading = {
  start() {
    const page = document.documentElement;
    const aloud = page.hasAttribute('data-aloud') && 'speechSynthesis' in window;
    const subtitles = page.hasAttribute('data-subtitles');
    if (page.hasAttribute('data-guide')) guide();
    if (!aloud && !subtitles) return;

    const bar = subtitles ? subtitleBar() : null;
    let last = null;
    let timer;
    const attend = target => {
      const block = target?.closest?.(blocks);
      if (!block || block === last || bar?.contains(block)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        last = block;
        const text = textOf(block);
        if (!text) return;
        if (bar) bar.textContent = text;
        if (aloud) speak(text);
      }, 250);
    };
    document.addEventListener('focusin', event => attend(event.target));
    document.addEventListener('pointerover', event => attend(event.target));
    document.addEventListener('keydown', event => { if (event.key === 'Escape') window.speechSynthesis?.cancel(); });
  },
};

function textOf(block) {
  if (block.matches('input, select, textarea')) {
    const label = block.labels?.[0]?.textContent ?? block.getAttribute('aria-label') ?? '';
    const value = block.type === 'password' ? '' : block.matches('select') ? block.selectedOptions[0]?.textContent ?? '' : block.value;
    return `${label} ${block.type === 'checkbox' || block.type === 'radio' ? '' : value}`.trim();
  }
  return (block.getAttribute('aria-label') ?? block.innerText ?? '').replace(/\s+/g, ' ').trim().slice(0, 300);
}

function speak(text) {
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = 'zh-CN';
  words.rate = 0.95;
  speechSynthesis.speak(words);
}

function subtitleBar() {
  const bar = Object.assign(document.createElement('div'), { className: 'zt-subtitles', textContent: '大字幕已打开，指到哪里就放大显示哪里的文字' });
  bar.setAttribute('aria-hidden', 'true');
  document.body.append(bar);
  return bar;
}

function guide() {
  const across = Object.assign(document.createElement('div'), { className: 'zt-guide zt-guide-across' });
  const down = Object.assign(document.createElement('div'), { className: 'zt-guide zt-guide-down' });
  for (const line of [across, down]) line.setAttribute('aria-hidden', 'true');
  document.body.append(across, down);
  document.addEventListener('pointermove', event => {
    across.style.transform = `translateY(${event.clientY}px)`;
    down.style.transform = `translateX(${event.clientX}px)`;
  }, { passive: true });
}
