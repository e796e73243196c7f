// Charts, maps and designers are large: each is fetched when it comes near the screen.
const seen = new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    mount(entry.target);
  }
}, { rootMargin: '200px' });

export const lazy = {
  enhance(root) {
    for (const element of root.querySelectorAll('[data-module]')) seen.observe(element);
  },
};

async function mount(element) {
  try {
    await style(element.dataset.styleHref);
    const module = await import(element.dataset.module);
    await module.mount(element);
    element.dataset.mounted = '';
    for (const fold of element.querySelectorAll('details[data-fold]')) fold.open = false;
  } catch (error) {
    // The table, list or source below stays as it is: the page still works.
    console.error(error);
    element.dataset.failed = '';
  }
}

function style(href) {
  if (!href || document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  return new Promise(done => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done, onerror: done });
    document.head.append(link);
  });
}
