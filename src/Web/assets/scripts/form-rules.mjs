// Forms whose fields depend on one another: hides and calculates while one types, by the server's own expressions. The server
// applies them again and decides; an expression that asks for answers of other pages is left to it.
let feelin;

export const formRules = {
  start() {
    for (const kind of ['input', 'change']) {
      document.addEventListener(kind, event => {
        const form = event.target.closest?.('[data-feel-form]');
        if (form) apply(form);
      });
    }
  },

  enhance(root) {
    for (const form of root.querySelectorAll('[data-feel-form]')) apply(form);
  },
};

/** Hiding one field may show another: as many rounds as the server makes. */
const mostRounds = 8;

async function apply(form) {
  const ruled = fieldsOf(form).filter(f => f.dataset.feelHide || f.dataset.feelCompute);
  if (ruled.length === 0) return;
  feelin ??= await import(document.body.dataset.feel);
  for (let round = 0; round < mostRounds; round++) {
    const scope = { ...JSON.parse(form.dataset.feelForm || '{}'), ...answers(form) };
    if (!ruled.map(field => settle(field, scope)).includes(true)) return;
  }
}

/** Rows repeat their fields under names of their own; only the server can say which row a rule speaks of. */
const fieldsOf = form => [...form.querySelectorAll('[data-field]')].filter(f => !f.closest('.zt-row'));

function settle(field, scope) {
  let changed = false;
  if (field.dataset.feelHide) {
    const { value, known } = feelin.value(field.dataset.feelHide, scope);
    const hide = value === true;
    if (known && field.hidden !== hide) {
      field.hidden = hide;
      changed = true;
    }
  }
  const input = field.dataset.feelCompute && field.querySelector('[name]');
  if (input) {
    const { value, known } = feelin.value(field.dataset.feelCompute, scope);
    const text = value === null ? '' : String(value);
    if (known && input.value !== text) {
      input.value = text;
      changed = true;
    }
  }
  return changed;
}

function answers(form) {
  const all = {};
  for (const field of fieldsOf(form)) {
    const name = field.dataset.field;
    if (name) all[name] = field.closest('[hidden]') ? null : answer(field, name);
  }
  return all;
}

function answer(field, name) {
  const prefix = field.closest('[data-feel-form]').dataset.feelPrefix ?? '';
  const inputs = [...field.querySelectorAll(`[name="${CSS.escape(prefix + name)}"]`)];
  const boxes = inputs.filter(i => i.type === 'checkbox');
  if (boxes.length === 1 && boxes[0].value === 'true') return boxes[0].checked;
  if (boxes.length > 0) return boxes.filter(b => b.checked).map(b => b.value);
  const text = (inputs.length > 1 ? inputs.find(i => i.checked) : inputs.find(i => i.type !== 'radio' || i.checked))?.value ?? '';
  if (text === '') return null;
  return inputs[0].type === 'number' ? Number(text) : text;
}
