// What all designers share: the textarea that is posted, and writing back into it.
export function source(element) {
  const area = document.getElementById(element.dataset.source);
  const canvas = element.querySelector('.zt-designer-canvas');
  canvas.hidden = false;
  let timer;
  let writing = null;
  return {
    area,
    canvas,
    readOnly: 'readonly' in element.dataset,
    text: () => area.value.trim(),
    /** Writes soon after the last change; a submit meanwhile writes at once. */
    keep(read) {
      const now = async () => {
        clearTimeout(timer);
        timer = undefined;
        const text = await read();
        if (text !== area.value) {
          area.value = text;
          area.dispatchEvent(new Event('input', { bubbles: true }));
        }
      };
      area.form?.addEventListener('submit', event => {
        if (timer === undefined || writing) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        const { submitter } = event;
        writing = now().finally(() => {
          writing = null;
          area.form.requestSubmit(submitter);
        });
      }, { capture: true });
      return () => {
        clearTimeout(timer);
        timer = setTimeout(now, 400);
      };
    },
    /** The text was edited by hand: ask the designer to take it over. */
    onTyped(load) {
      area.addEventListener('change', () => load(area.value));
    },
    fail(error) {
      let note = element.querySelector('.zt-designer-fault');
      if (!note) {
        note = Object.assign(document.createElement('p'), { className: 'zt-designer-fault' });
        note.setAttribute('role', 'alert');
        element.prepend(note);
      }
      note.textContent = error ? `内容无法显示：${error.message ?? error}` : '';
      note.hidden = !error;
    },
  };
}

/** Brings the whole drawing into sight beside the palette: fitting to the canvas alone would leave its first steps behind it. */
export function fit(canvas, room) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !outer.height || !inner.width) return;
  // On a phone the drawing needs the room more than the palette and a margin do.
  const isPhone = matchMedia('(max-width: 47.99rem)').matches;
  const edge = isPhone ? 12 : 30;
  const left = isPhone ? edge : room;
  const scale = Math.max(0.2, Math.min(1, (outer.width - left - edge) / inner.width, (outer.height - 2 * edge) / inner.height));
  canvas.viewbox({ x: inner.x - left / scale, y: inner.y - edge / scale, width: outer.width / scale, height: outer.height / scale });
}
