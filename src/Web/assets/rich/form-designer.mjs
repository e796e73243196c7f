import { FormEditor } from '@bpmn-io/form-js-editor';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import './panel.css';
import { source } from './designer.js';
import { relabel } from './form-words.js';

const empty = '{"type":"default","schemaVersion":18,"components":[]}';

export async function mount(element) {
  const held = source(element);
  const editor = new FormEditor({ container: held.canvas });
  const load = async text => {
    try {
      await editor.importSchema(JSON.parse(text || empty));
      held.fail(null);
    } catch (error) {
      held.fail(error);
    }
  };
  const keep = held.keep(() => JSON.stringify(editor.getSchema(), null, 2));
  held.onTyped(load);
  await load(held.text());
  editor.on('changed', keep);
  relabel(held.canvas);
}
