export const translator = { translate: ['value', (text, values = {}) => text.replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`)] };
