// Forms: no double posts, a question before unsaved work is lost, counted characters, passwords to look at.
let dirty = null;

export const forms = {
  start() {
    document.addEventListener('submit', event => {
      const form = event.target;
      if (event.defaultPrevented) return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      if (form.method === 'post') {
        dirty = null;
        form.dataset.sent = 'yes';
        event.submitter?.setAttribute('aria-busy', 'true');
        // The browser may stay here (a download, a refused navigation): let the form be sent again later.
        setTimeout(() => release(form), 8000);
      }
    });
    document.addEventListener('input', event => {
      const form = event.target.form;
      if (form?.hasAttribute('data-guard')) dirty = form;
      count(event.target);
      if (event.target.matches('[data-kind="id-card"], [data-kind="credit-code"]')) tidy(event.target);
    });
    window.addEventListener('beforeunload', event => {
      if (dirty?.isConnected) event.preventDefault();
    });
    window.addEventListener('pageshow', () => {
      for (const form of document.querySelectorAll('form[data-sent]')) release(form);
    });
    document.addEventListener('click', event => {
      const reveal = event.target.closest('[data-reveal]');
      if (reveal) {
        const input = document.getElementById(reveal.dataset.reveal);
        const shown = input.type === 'text';
        input.type = shown ? 'password' : 'text';
        reveal.setAttribute('aria-pressed', String(!shown));
      }
    });
    document.addEventListener('keydown', event => {
      if (event.key === 'Tab' && !event.shiftKey && event.target.matches('textarea[data-code]') && !event.target.dataset.leave) {
        event.preventDefault();
        event.target.setRangeText('  ', event.target.selectionStart, event.target.selectionEnd, 'end');
      } else if (event.target.matches?.('textarea[data-code]')) {
        // Escape, then Tab leaves the box: nobody is trapped.
        event.target.dataset.leave = event.key === 'Escape' ? 'yes' : '';
      }
    });
  },

  enhance(root) {
    for (const button of root.querySelectorAll('[data-reveal]')) button.hidden = false;
    for (const area of root.querySelectorAll('textarea[data-count]')) count(area);
    root.querySelector('[data-autofocus]')?.focus();
  },
};

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
}

function count(area) {
  if (!area.matches?.('textarea[data-count]')) return;
  const note = document.querySelector(`[data-count-of="${CSS.escape(area.id)}"]`);
  if (note) note.textContent = area.value.length === 0 ? `最多 ${area.maxLength} 字` : `还可输入 ${area.maxLength - area.value.length} 字`;
}

function tidy(input) {
  const clean = input.value.replace(/\s/g, '').toUpperCase();
  if (clean !== input.value) input.value = clean;
}
