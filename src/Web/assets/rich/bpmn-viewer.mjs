import BpmnViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import './bpmn-viewer.css';
import { source } from './designer.js';
import { zt } from './zt-moddle.js';

export async function mount(element) {
  const held = source(element);
  const viewer = new BpmnViewer({ container: held.canvas, moddleExtensions: { zt } });
  try {
    await viewer.importXML(held.text());
  } catch (error) {
    held.fail(error);
    return;
  }
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const known = id => viewer.get('elementRegistry').get(id);
  for (const [id, mark] of Object.entries(JSON.parse(element.dataset.marks ?? '{}'))) if (known(id)) canvas.addMarker(id, `zt-mark-${mark}`);
  for (const [id, text] of Object.entries(JSON.parse(element.dataset.tags ?? '{}'))) {
    if (!known(id)) continue;
    const tag = Object.assign(document.createElement('span'), { className: 'zt-diagram-tag', textContent: text });
    viewer.get('overlays').add(id, { position: { top: -12, right: 12 }, html: tag });
  }
}
