import DmnModeler from 'dmn-js/lib/Modeler';
import DmnViewer from 'dmn-js/lib/NavigatedViewer';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import { fit, source } from './designer.js';
import { translator } from './words.js';

const empty = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="新规则" namespace="urn:zhengtong:decision">
  <decision id="decision" name="新规则"><decisionTable id="table"><input id="input" label="条件"><inputExpression id="expression" typeRef="string"><text></text></inputExpression></input>
    <output id="output" label="结果" name="result" typeRef="string" /></decisionTable></decision>
</definitions>`;

export async function mount(element) {
  const held = source(element);
  const words = { additionalModules: [translator] };
  const common = { drd: { additionalModules: [translator, labels] }, decisionTable: words, literalExpression: words, boxedExpression: words };
  const modeler = new (held.readOnly ? DmnViewer : DmnModeler)({ container: held.canvas, keyboard: { bindTo: document }, ...common });
  tabs(held.canvas, modeler);
  const load = async text => {
    try {
      await modeler.importXML(text || empty);
      if (modeler.getActiveView()?.type === 'drd') fit(modeler.getActiveViewer().get('canvas'), 250);
      held.fail(null);
    } catch (error) {
      held.fail(error);
    }
  };
  held.onTyped(load);
  await load(held.text());
  if (held.readOnly) return;
  const keep = held.keep(async () => (await modeler.saveXML({ format: true })).xml);
  // Each view is its own editor with its own command stack, made when it is first opened.
  const watched = new Set();
  const watch = () => {
    const viewer = modeler.getActiveViewer();
    if (!viewer || watched.has(viewer)) return;
    watched.add(viewer);
    viewer.on('commandStack.changed', keep);
  };
  modeler.on('views.changed', watch);
  watch();
}

const kinds = { drd: '决策图', decisionTable: '决策表', literalExpression: '表达式', boxedExpression: '盒式表达式' };

function tabs(canvas, modeler) {
  const bar = document.createElement('div');
  bar.className = 'zt-designer-tabs';
  bar.setAttribute('role', 'tablist');
  canvas.before(bar);
  modeler.on('views.changed', ({ views, activeView }) => {
    bar.replaceChildren(...views.map(view => {
      const tab = Object.assign(document.createElement('button'), { type: 'button', textContent: view.element.label || view.name || view.element.name || view.id });
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-selected', String(view === activeView));
      tab.append(Object.assign(document.createElement('small'), { textContent: kinds[view.type] ?? '' }));
      tab.onclick = () => modeler.open(view);
      return tab;
    }));
  });
}

/** Shows the label of an element, where it has one: names are for formulas, labels for people. */
function labelled(renderer) {
  const draw = renderer.drawShape;
  renderer.drawShape = (parent, element) => {
    const { businessObject } = element;
    const { name, label } = businessObject;
    if (!label) return draw.call(renderer, parent, element);
    businessObject.name = label;
    try {
      return draw.call(renderer, parent, element);
    } finally {
      businessObject.name = name;
    }
  };
}
labelled.$inject = ['drdRenderer'];

const labels = { __init__: ['labelled'], labelled: ['type', labelled] };
