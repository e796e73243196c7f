// A row of pictures that one can scroll by hand; the buttons and the motion come with the script. It never moves for those who asked for less
// motion, and stands still while somebody points at it, has focus in it, or looks elsewhere.
const every = 6000;

export const carousel = {
  enhance(root) {
    for (const box of root.querySelectorAll('[data-carousel]')) wire(box);
  },
};

function wire(box) {
  if (box.dataset.carousel === 'ready') return;
  box.dataset.carousel = 'ready';
  const slides = box.querySelector('[data-carousel-slides]');
  const count = slides.children.length;
  if (count < 2) return;
  const controls = box.querySelector('[data-carousel-controls]');
  const pause = box.querySelector('[data-carousel-pause]');
  const state = box.querySelector('[data-carousel-state]');
  const place = box.querySelector('[data-carousel-now]');
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let paused = still.matches;
  let at = 0;
  controls.hidden = false;

  const go = (to, smooth = true) => {
    at = (to + count) % count;
    slides.scrollTo({ left: slides.children[at].offsetLeft - slides.offsetLeft, behavior: smooth && !still.matches ? 'smooth' : 'instant' });
    show();
  };
  const show = () => {
    place.textContent = at + 1;
    // What is out of sight is not walked through by keyboard.
    [...slides.children].forEach((slide, index) => { slide.inert = index !== at; });
  };
  const tell = () => {
    pause.setAttribute('aria-pressed', String(paused));
    state.textContent = paused ? '开始轮播' : '暂停轮播';
    box.classList.toggle('zt-carousel-paused', paused);
  };
  pause.addEventListener('click', () => { paused = !paused; tell(); });
  box.querySelector('[data-carousel-back]').addEventListener('click', () => go(at - 1));
  box.querySelector('[data-carousel-next]').addEventListener('click', () => go(at + 1));
  box.addEventListener('keydown', event => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const inside = slides.contains(document.activeElement);
      go(at + (event.key === 'ArrowRight' ? 1 : -1));
      if (inside) slides.children[at].querySelector('a')?.focus({ preventScroll: true });
    }
  });
  slides.addEventListener('scrollend', () => {
    at = Math.min(count - 1, Math.round(slides.scrollLeft / slides.clientWidth));
    show();
  });
  still.addEventListener('change', () => { paused ||= still.matches; tell(); });
  setInterval(() => {
    if (!paused && !document.hidden && !box.matches(':hover') && !box.contains(document.activeElement) && box.isConnected) go(at + 1);
  }, every);
  show();
  tell();
}
