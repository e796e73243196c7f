// FEEL expressions are checked while they are typed; the server checks again and decides.
let feelin;

export const feel = {
  start() {
    let timer;
    document.addEventListener('input', event => {
      if (!event.target.matches('textarea[data-language="feel"], input[data-language="feel"]')) return;
      clearTimeout(timer);
      timer = setTimeout(() => check(event.target), 300);
    });
  },
};

async function check(input) {
  feelin ??= await import(document.body.dataset.feel);
  const fault = input.value.trim() === '' ? null : feelin.fault(input.value, input.dataset.dialect);
  let note = document.getElementById(`${input.id}-feel`);
  if (!note) {
    note = Object.assign(document.createElement('div'), { id: `${input.id}-feel`, className: 'zt-feel' });
    note.setAttribute('role', 'status');
    input.after(note);
  }
  note.classList.toggle('zt-feel-fault', Boolean(fault));
  note.textContent = fault ? `第 ${fault.line} 行第 ${fault.column} 个字附近有语法错误` : input.value.trim() ? '语法正确' : '';
}
