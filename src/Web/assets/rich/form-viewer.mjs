import { Form } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import { source } from './designer.js';

export async function mount(element) {
  const held = source(element);
  const form = new Form({ container: held.canvas });
  const load = async text => {
    try {
      await form.importSchema(JSON.parse(text || '{"type":"default","components":[]}'), {});
      held.fail(null);
    } catch (error) {
      held.fail(error);
    }
  };
  held.onTyped(load);
  await load(held.text());
}
