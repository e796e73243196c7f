// What the engine refuses at publishing (docs/reference/bpmn-extensions.md, "What is not run") is not offered for drawing either.
const refused = /transaction|ad-?hoc|complex-gateway|cancel|instantiating/i;

class Runnable {
  static $inject = ['popupMenu'];

  constructor(popupMenu) {
    popupMenu.registerProvider('bpmn-replace', 500, this);
  }

  getPopupMenuEntries() {
    return entries => Object.fromEntries(Object.entries(entries).filter(([id]) => !refused.test(id)));
  }

  getPopupMenuHeaderEntries() {
    return entries => Object.fromEntries(Object.entries(entries).filter(([id]) => !refused.test(id)));
  }
}

export const runnable = { __init__: ['runnable'], runnable: ['type', Runnable] };
