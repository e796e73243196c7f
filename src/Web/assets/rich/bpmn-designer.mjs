import BpmnModeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import './panel.css';
import { checks } from './checks.js';
import { fit, source } from './designer.js';
import { phoneTools } from './phone-tools.js';
import { runnable } from './runnable.js';
import { translator } from './words.js';
import { zt } from './zt-moddle.js';
import { ztProperties } from './zt-properties.js';

const empty = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:zt="urn:zhengtong:bpmn:1" id="definitions" targetNamespace="urn:zhengtong:process">
  <bpmn:process id="process" name="新流程" isExecutable="true"><bpmn:startEvent id="start" name="提交" /></bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">
    <bpmndi:BPMNShape id="start_shape" bpmnElement="start"><dc:Bounds x="180" y="160" width="36" height="36" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;

export async function mount(element) {
  const held = source(element);
  const panel = Object.assign(document.createElement('aside'), { className: 'zt-designer-panel' });
  panel.setAttribute('aria-label', '属性');
  held.canvas.append(Object.assign(document.createElement('div'), { className: 'zt-designer-drawing' }), panel);
  held.canvas.classList.add('zt-designer-split');
  const modeler = new BpmnModeler({
    container: held.canvas.firstChild,
    propertiesPanel: { parent: panel },
    moddleExtensions: { zt },
    additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, translator, ztProperties, runnable],
  });
  const load = async text => {
    try {
      await modeler.importXML(text || empty);
      fit(modeler.get('canvas'), 140);
      held.fail(null);
    } catch (error) {
      held.fail(error);
    }
  };
  held.onTyped(load);
  await load(held.text());
  phoneTools(held, () => fit(modeler.get('canvas'), 140));
  if (held.readOnly) return;
  const keep = held.keep(async () => (await modeler.saveXML({ format: true })).xml);
  const check = checks(element, modeler);
  modeler.on('commandStack.changed', () => {
    keep();
    check();
  });
}
