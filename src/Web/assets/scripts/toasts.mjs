// A message of success moves to the corner and goes by itself; anything else stays until it is closed.
export const toasts = {
  enhance(root) {
    for (const flash of root.querySelectorAll('[data-toast]')) {
      const close = document.createElement('button');
      close.className = 'btn btn-icon btn-sm btn-ghost-secondary';
      close.type = 'button';
      close.setAttribute('aria-label', '关闭提示');
      close.textContent = '×';
      close.onclick = () => flash.remove();
      flash.querySelector('.zt-notice')?.append(close);
      if (!flash.querySelector('.zt-notice-success')) continue;
      // Pointing at it or tabbing into it stops the clock.
      let timer = setTimeout(() => flash.remove(), 10000);
      flash.addEventListener('pointerenter', () => clearTimeout(timer));
      flash.addEventListener('focusin', () => clearTimeout(timer));
    }
  },
};
