// Opens dialogs in place; without script the same link asks the page with the dialog open.
export const dialogs = {
  start() {
    document.addEventListener('click', event => {
      const opener = event.target.closest('[data-opens]');
      const dialog = opener && document.getElementById(opener.dataset.opens);
      if (dialog) {
        event.preventDefault();
        dialog.showModal();
        return;
      }
      const open = event.target.closest('dialog[open]');
      if (!open) return;
      const close = event.target.closest('[data-close]');
      if (close || event.target === open) {
        event.preventDefault();
        open.close();
      }
    });
    // role=button promises that the space key works too.
    document.addEventListener('keydown', event => {
      if (event.key === ' ' && event.target.matches('a[role=button]')) {
        event.preventDefault();
        event.target.click();
      }
    });
  },

  enhance(root) {
    for (const dialog of root.querySelectorAll('dialog[data-modal][open]')) {
      dialog.close();
      dialog.showModal();
    }
  },
};
