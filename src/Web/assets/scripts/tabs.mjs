// Sections that stand below one another become tabs, named by their headings: arrows move, Home and End go to the ends.
export const tabs = {
  enhance(root) {
    for (const box of root.querySelectorAll('[data-tabs]')) wire(box);
  },
};

function wire(box) {
  if (box.dataset.tabs === 'ready') return;
  box.dataset.tabs = 'ready';
  const panels = [...box.children];
  if (panels.length < 2) return;
  const list = document.createElement('div');
  list.className = 'zt-tab-list';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', box.getAttribute('aria-label') ?? '');
  const buttons = panels.map((panel, index) => {
    const heading = panel.querySelector('h2, h3');
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: heading.textContent.trim(), id: `${heading.id}-tab` });
    panel.id ||= `${heading.id}-panel`;
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', button.id);
    heading.hidden = true;
    button.addEventListener('click', () => choose(index));
    list.append(button);
    return button;
  });
  const choose = (index, focus = false) => {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', String(i === index));
      button.tabIndex = i === index ? 0 : -1;
      panels[i].hidden = i !== index;
    });
    if (focus) buttons[index].focus();
  };
  list.addEventListener('keydown', event => {
    const now = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose((to + buttons.length) % buttons.length, true);
  });
  box.prepend(list);
  choose(0);
}
