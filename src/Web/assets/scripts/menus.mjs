// Menus are <details>: they open by themselves. Here they learn to close.
export const menus = {
  start() {
    document.addEventListener('click', event => {
      for (const menu of document.querySelectorAll('details[data-menu][open]')) if (!menu.contains(event.target)) menu.open = false;
      const opener = event.target.closest('a[href="#nav"]');
      if (opener) {
        event.preventDefault();
        show(true);
      } else if (event.target.closest('.zt-sidebar-close') || (document.documentElement.hasAttribute('data-nav') && !event.target.closest('.zt-sidebar'))) {
        if (event.target.closest('.zt-sidebar-close')) event.preventDefault();
        show(false);
      }
    });
    document.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      const menu = document.querySelector('details[data-menu][open]');
      if (menu) {
        menu.open = false;
        menu.querySelector('summary').focus();
      } else if (document.documentElement.hasAttribute('data-nav')) {
        show(false);
      }
    });
    // A print page prints; buttons that need a script are hidden until there is one.
    document.addEventListener('click', event => {
      if (event.target.closest('[data-print]')) window.print();
    });
  },

  enhance(root) {
    for (const button of root.querySelectorAll('[data-print]')) button.hidden = false;
    for (const fold of root.querySelectorAll('details[data-fold]')) fold.dataset.fold = 'ready';
  },
};

function show(open) {
  document.documentElement.toggleAttribute('data-nav', open);
  if (open) document.querySelector('#nav a')?.focus();
  else document.querySelector('a[href="#nav"]')?.focus();
}
