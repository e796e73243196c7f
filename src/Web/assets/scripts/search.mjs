// "/" goes to the search box, Ctrl+K opens the list of menus.
export const search = {
  start() {
    document.addEventListener('keydown', event => {
      const typing = event.target.closest?.('input, textarea, select, [contenteditable], .djs-container, .bio-properties-panel');
      if (event.key === '/' && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
        const box = document.querySelector('[data-search-focus]');
        if (box) {
          event.preventDefault();
          box.focus();
          box.select();
        }
      } else if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
        const palette = document.querySelector('[data-palette]');
        if (palette && !palette.open) {
          event.preventDefault();
          palette.showModal();
          const input = palette.querySelector('input');
          input.value = '';
          filter(palette, '');
          input.focus();
        }
      } else if (event.target.matches?.('[data-palette-input]')) {
        move(event);
      }
    });
    document.addEventListener('input', event => {
      if (event.target.matches('[data-palette-input]')) filter(event.target.closest('dialog'), event.target.value.trim());
    });
  },
};

function filter(palette, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let first = true;
  for (const item of palette.querySelectorAll('li')) {
    const hit = words.every(w => item.textContent.toLowerCase().includes(w));
    item.hidden = !hit;
    item.classList.toggle('zt-palette-now', hit && first);
    if (hit) first = false;
  }
}

function move(event) {
  const palette = event.target.closest('dialog');
  const shown = [...palette.querySelectorAll('li:not([hidden])')];
  const at = shown.findIndex(i => i.classList.contains('zt-palette-now'));
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    const next = shown[(at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length];
    shown[at]?.classList.remove('zt-palette-now');
    next?.classList.add('zt-palette-now');
    next?.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Escape') {
    // A search field would take the first Escape to empty itself.
    event.preventDefault();
    palette.close();
  } else if (event.key === 'Enter' && at >= 0) {
    event.preventDefault();
    shown[at].querySelector('a').click();
  }
}
