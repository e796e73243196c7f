// On a phone the drawing has the room: the palette comes when it is asked for, and one press shows the whole drawing again.
export function phoneTools(held, fit) {
  const drawing = held.canvas.firstChild;
  const bar = Object.assign(document.createElement('div'), { className: 'zt-designer-tools' });
  const whole = button('看全图', fit);
  bar.append(whole);
  if (held.readOnly) drawing.classList.add('zt-designer-looking');
  else {
    const palette = drawing.querySelector('.djs-palette');
    palette.id = `${held.area.id}-palette`;
    const tools = button('绘图工具', () => {
      const open = drawing.classList.toggle('zt-designer-drawn');
      tools.setAttribute('aria-expanded', String(open));
    });
    tools.setAttribute('aria-expanded', 'false');
    tools.setAttribute('aria-controls', palette.id);
    bar.prepend(tools);
  }
  held.canvas.before(bar);
  // Turned round, or folded out again: the drawing fits the new width.
  let width = drawing.clientWidth;
  new ResizeObserver(() => {
    if (drawing.clientWidth === width || drawing.clientWidth === 0) return;
    width = drawing.clientWidth;
    if (matchMedia('(max-width: 47.99rem)').matches) fit();
  }).observe(drawing);
}

function button(text, press) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: text });
  made.addEventListener('click', press);
  return made;
}
