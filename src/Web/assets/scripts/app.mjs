// Everything here only makes pages that already work quicker or kinder. One listener per kind on the document, so that
// content swapped in later needs no wiring; what must touch elements does so in `enhance(root)`.
import { boost } from './boost.mjs';
import { carousel } from './carousel.mjs';
import { dialogs } from './dialogs.mjs';
import { feel } from './feel-check.mjs';
import { formRules } from './form-rules.mjs';
import { forms } from './forms.mjs';
import { lazy } from './lazy.mjs';
import { menus } from './menus.mjs';
import { pickers } from './pickers.mjs';
import { poll } from './poll.mjs';
import { reading } from './reading.mjs';
import { search } from './search.mjs';
import { tables } from './tables.mjs';
import { tabs } from './tabs.mjs';
import { toasts } from './toasts.mjs';
import { uploads } from './uploads.mjs';
import { usbKey } from './usb-key.mjs';

const parts = [menus, dialogs, forms, formRules, uploads, tables, search, pickers, toasts, feel, lazy, poll, reading, carousel, tabs, usbKey, boost];

export function enhance(root) {
  for (const part of parts) part.enhance?.(root);
}

document.documentElement.dataset.script = '';
for (const part of parts) part.start?.(enhance);
enhance(document);
