// Links and get forms that ask the same page again (sort, filter, page, tab) take only `main` from the answer.
// Everything else is left to the browser: the menus outside of main would otherwise show an old state.
import htmx from 'htmx.org';

htmx.config.history = 'reload';
htmx.config.includeIndicatorCSS = false;

const how = 'select:main,target:main,swap:outerHTML';

export const boost = {
  start(enhance) {
    let focused;
    document.addEventListener('htmx:before:swap', () => {
      focused = document.activeElement?.closest('main') ? document.activeElement : null;
    });
    document.addEventListener('htmx:after:swap', () => {
      const main = document.querySelector('main');
      if (!main) return;
      enhance(main);
      const again = focused && (focused.id ? document.getElementById(focused.id) : sameLink(main, focused));
      (main.querySelector('[data-autofocus]') ?? again ?? main).focus({ preventScroll: true });
      announce(main.querySelector('.zt-pager-count')?.textContent.trim() || '内容已更新');
    });
    document.addEventListener('htmx:error', () => announce('网络异常，请重试'));
  },

  enhance(root) {
    const main = root === document ? document.querySelector('main') : root;
    if (!main) return;
    for (const link of main.querySelectorAll('a[href]')) {
      const href = link.getAttribute('href');
      if (href.startsWith('#') || link.target || link.hasAttribute('download') || link.hasAttribute('data-opens')) continue;
      if (link.pathname === location.pathname && link.origin === location.origin) link.setAttribute('hx-boost', how);
    }
    for (const form of main.querySelectorAll('form[data-boost]')) form.setAttribute('hx-boost', how);
    if (root !== document) htmx.process(main);
  },
};

function sameLink(main, old) {
  if (old.tagName !== 'A') return null;
  const text = old.textContent.trim();
  return [...main.querySelectorAll('a')].find(a => a.textContent.trim() === text) ?? null;
}

function announce(text) {
  let region = document.getElementById('zt-announce');
  if (!region) {
    region = Object.assign(document.createElement('div'), { id: 'zt-announce', className: 'visually-hidden' });
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}
