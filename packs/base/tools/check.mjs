// Checks packs by the rules of docs/reference/pack-format.md and runs their tests, until `zt pack check` does.
//   npm ci --prefix packs/base/tools && node packs/base/tools/check.mjs packs/base packs/demo
// Prints every fault as file: what; ends with 1 when there is any. FEEL is parsed and run by feelin, DMN read by dmn-moddle, which is what
// the visual editors use: a model that passes opens there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkDecision, parseFeel, parseUnary, runTests } from './check-decisions.mjs';
import { isCreditCode, isIdNumber } from '../../demo/tools/numbers.mjs';
import YAML from 'yaml';

const roots = process.argv.slice(2);
const faults = [];
const fault = (file, text) => faults.push(`${relative('.', file)}: ${text}`);
const files = (folder, ending) =>
  roots.flatMap((root) => {
    const path = join(root, folder);
    return existsSync(path)
      ? readdirSync(path)
          .filter((name) => name.endsWith(ending))
          .sort()
          .map((name) => join(path, name))
      : [];
  });
const yaml = (file) => {
  const document = YAML.parseDocument(readFileSync(file, 'utf8'), { schema: 'core' });
  document.errors.forEach((error) => fault(file, error.message.split('\n')[0]));
  return document.toJS() ?? {};
};
const table = (name) =>
  roots.flatMap((root) => {
    const file = join(root, name);
    if (!existsSync(file)) {
      return [];
    }
    const [header, ...lines] = readFileSync(file, 'utf8')
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.split('\t'));
    return lines.map((cells, at) => {
      if (cells.length !== header.length) {
        fault(file, `line ${at + 2} has ${cells.length} cells, not ${header.length}`);
      }
      return { file, line: at + 2, ...Object.fromEntries(header.map((key, column) => [key, cells[column] ?? ''])) };
    });
  });
const keys = (file, where, object, required, optional = []) => {
  for (const key of required) {
    if (object?.[key] === undefined) {
      fault(file, `${where}: ${key} is missing`);
    }
  }
  for (const key of Object.keys(object ?? {})) {
    if (![...required, ...optional].includes(key)) {
      fault(file, `${where}: unknown key ${key}`);
    }
  }
};
const unique = (file, where, values) =>
  values.forEach((value, at) => {
    if (values.indexOf(value) !== at) {
      fault(file, `${where}: ${value} stands twice`);
    }
  });
const known = (file, where, set, values) =>
  [values].flat().forEach((value) => {
    if (value !== undefined && value !== '' && !set.has(value)) {
      fault(file, `${where}: ${value} is unknown`);
    }
  });
const feel = (file, where, text) => {
  const wrong = parseFeel(text);
  if (wrong) {
    fault(file, `${where}: ${wrong} in ${text}`);
  }
};

// ---- packs, codes, regions, calendars, roles ----
for (const root of roots) {
  keys(
    join(root, 'pack.yaml'),
    'pack',
    yaml(join(root, 'pack.yaml')),
    ['pack', 'title', 'version', 'platform'],
    ['summary', 'needs', 'licences'],
  );
}
const lists = new Map();
for (const file of files('codes', '.yaml')) {
  const list = yaml(file);
  keys(file, 'list', list, ['list', 'title', 'source', 'codes']);
  const codes = list.codes.map((code) => code.code);
  unique(file, 'codes', codes);
  for (const code of list.codes) {
    keys(file, code.code, code, ['code', 'title'], ['parent', 'note', 'retired']);
    if (typeof code.code !== 'string') {
      fault(file, `${code.code}: a code is text, quote it`);
    }
    known(file, code.code, new Set(codes), code.parent);
  }
  lists.set(list.list, new Set(codes));
}
const inList = (file, where, list, values) =>
  lists.has(list) ? known(file, where, lists.get(list), values) : fault(file, `code list ${list} is unknown`);
const regionRows = table('regions.tsv');
const regions = new Map(regionRows.map((row) => [row.code, row]));
for (const row of regionRows) {
  const length = { province: 2, city: 4, county: 6, town: 9 }[row.level];
  if (row.code.length !== length) {
    fault(row.file, `line ${row.line}: ${row.code} is no ${row.level}`);
  }
  if (row.level !== 'province' && (!regions.has(row.parent) || !row.code.startsWith(row.parent))) {
    fault(row.file, `line ${row.line}: parent ${row.parent}`);
  }
}
for (const file of files('calendars', '.yaml')) {
  for (const year of yaml(file).years) {
    keys(file, year.year, year, ['year', 'source', 'number', 'published', 'holidays', 'working-days'], ['provisional']);
    const days = [...year.holidays, ...year['working-days']].map((day) => day.date);
    unique(file, String(year.year), days);
    days.forEach((day) => {
      if (!String(day).startsWith(String(year.year))) {
        fault(file, `${day} is not in ${year.year}`);
      }
    });
    year['working-days'].forEach((day) => {
      if (new Date(day.date).getUTCDay() % 6 !== 0) {
        fault(file, `${day.date} is a working day anyway`);
      }
    });
  }
}
const permissions = new Set(
  roots.flatMap((root) =>
    (existsSync(join(root, 'permissions.yaml')) ? yaml(join(root, 'permissions.yaml')).permissions : []).map(
      (permission) => permission.permission,
    ),
  ),
);
const roles = new Map();
for (const file of files('roles', '.yaml')) {
  const role = yaml(file);
  keys(file, 'role', role, ['role', 'title', 'separation', 'permissions'], ['regrantable', 'implicit', 'summary']);
  known(file, role.role, permissions, [...role.permissions, ...(role.regrantable ?? [])]);
  known(file, role.role, new Set(['business', 'system', 'security', 'audit']), role.separation);
  roles.set(role.role, role);
}

// ---- organisations and people ----
const organisations = new Map();
const posts = new Set();
for (const file of files('organisations', '.yaml')) {
  const tree = yaml(file);
  (tree.posts ?? []).forEach((post) => posts.add(post.key));
  for (const item of tree.organisations) {
    keys(
      file,
      item.key,
      item,
      ['key', 'title', 'short', 'kind', 'region', 'line', 'code'],
      ['parent', 'address', 'phone', 'hours', 'location'],
    );
    inList(file, item.key, 'organisation-kind', item.kind);
    known(file, item.key, regions, item.region);
    if (!isCreditCode(item.code)) {
      fault(file, `${item.key}: ${item.code} has a wrong check digit`);
    }
    organisations.set(item.key, item);
  }
  tree.organisations.forEach((item) => known(file, item.key, organisations, item.parent));
}
const officers = table('officers.tsv');
const persons = new Map(table('persons.tsv').map((row) => [row.account, row]));
unique('officers.tsv', 'accounts', [...officers.map((row) => row.account), ...persons.keys()]);
for (const row of officers) {
  known(row.file, row.account, organisations, row.organisation);
  known(row.file, row.account, regions, row.region);
  known(row.file, row.account, posts, row.post);
  known(row.file, row.account, roles, row.roles.split(','));
  if (new Set(row.roles.split(',').map((role) => roles.get(role)?.separation)).size > 1) {
    fault(row.file, `${row.account}: roles that must be separate`);
  }
  if (!/^1[3-9]\d{9}$/.test(row.mobile)) {
    fault(row.file, `${row.account}: ${row.mobile}`);
  }
}
for (const row of persons.values()) {
  if (!isIdNumber(row['id-number'])) {
    fault(row.file, `${row.account}: wrong check digit`);
  }
  if (row['id-number'].slice(6, 14) !== row.birth.replaceAll('-', '')) {
    fault(row.file, `${row.account}: birth is not the one of the number`);
  }
  if (Number(row['id-number'][16]) % 2 !== Number(row.sex) % 2) {
    fault(row.file, `${row.account}: sex is not the one of the number`);
  }
  known(row.file, row.account, regions, row.region);
  inList(row.file, row.account, 'ethnic-group', row['ethnic-group']);
  known(row.file, row.account, persons, row['acts-for'].split(','));
}
for (const row of table('companies.tsv')) {
  if (!isCreditCode(row['credit-code'])) {
    fault(row.file, `${row.name}: wrong check digit`);
  }
  known(row.file, row.name, regions, row.region);
  known(row.file, row.name, persons, [row['legal-representative'], ...row.agents.split(',')]);
  inList(row.file, row.name, 'industry', row.industry);
  inList(row.file, row.name, 'company-status', row.status);
  inList(row.file, row.name, 'company-type', row.type);
}

// ---- registers and their rows ----
let rows = 0;
const iso = /^\d{4}-\d{2}-\d{2}$/;
const types = new Set(
  (
    'text long-text rich-text integer decimal money percent boolean date date-time time code codes tree-code region organisation person id-card ' +
    'credit-code phone e-mail bank-card url location attachment picture signature reference references rows computed json'
  ).split(' '),
);
const registers = new Map(files('registers', '.yaml').map((file) => [yaml(file).register, { file, ...yaml(file) }]));
const checkFields = (file, fields) =>
  Object.entries(fields).forEach(([key, field]) => {
    keys(
      file,
      key,
      field,
      ['title', 'type'],
      [
        'required',
        'unique',
        'default',
        'min',
        'max',
        'search',
        'sensitivity',
        'encrypt',
        'mask',
        'was',
        'help',
        'list',
        'level',
        'to',
        'fields',
        'formula',
      ],
    );
    known(file, key, types, field.type);
    if (!/^[a-z][a-z0-9-]*$/.test(key)) {
      fault(file, `${key}: not a key`);
    }
    if (['code', 'codes', 'tree-code'].includes(field.type)) {
      known(file, key, lists, field.list ?? '(none)');
      if (field.default !== undefined) {
        inList(file, key, field.list, field.default);
      }
    }
    if (['reference', 'references'].includes(field.type)) {
      known(file, key, registers, field.to);
    }
    if (field.type === 'computed') {
      feel(file, key, field.formula);
    }
    if (field.type === 'rows') {
      checkFields(file, field.fields);
    }
  });
for (const register of registers.values()) {
  const { file, ...rest } = register;
  keys(
    file,
    'register',
    rest,
    ['register', 'title', 'group', 'scope', 'title-field', 'fields', 'lists', 'permissions'],
    ['summary', 'title-public', 'checks', 'statistics', 'history'],
  );
  checkFields(file, register.fields);
  const own = new Set([...Object.keys(register.fields), 'updated-at', 'created-at']);
  known(file, 'title-field', own, register['title-field']);
  for (const list of Object.values(register.lists)) {
    known(file, 'list', own, [...list.columns, ...list.filters, ...list.sort.map((name) => name.replace(/^-/, ''))]);
  }
  for (const item of register.checks ?? []) {
    feel(file, 'check', item.if);
    known(file, 'check', own, item.at);
  }
  for (const item of Object.values(register.statistics ?? {})) {
    known(file, 'statistics', own, [...item.group, item.measure.replace(/^\w+\(|\)$|^count$/g, '')]);
  }
  for (const names of Object.values(register.permissions)) {
    known(file, 'permissions', permissions, names);
  }
}

for (const file of files('records', '.tsv')) {
  const name = file.slice(file.lastIndexOf('/') + 1, -4);
  const fields = registers.get(name)?.fields;
  if (!fields) {
    fault(file, `register ${name} is unknown`);
    continue;
  }
  const [header, ...lines] = readFileSync(file, 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
  header.forEach((key) => {
    if (!fields[key] || fields[key].type === 'computed') {
      fault(file, `no field ${key}`);
    }
  });
  for (const [key, field] of Object.entries(fields)) {
    const at = header.indexOf(key);
    if (at < 0) {
      if (field.required) {
        fault(file, `${key} is required`);
      }
      continue;
    }
    const cells = lines.map((cells) => cells[at]);
    if (field.required && cells.includes('')) {
      fault(file, `${key} is required, line ${cells.indexOf('') + 2}`);
    }
    const filled = [...new Set(cells.filter((cell) => cell))];
    if (field.unique && filled.length < cells.filter((cell) => cell).length) {
      fault(file, `${key} is not unique`);
    }
    if (['code', 'tree-code'].includes(field.type)) {
      inList(file, key, field.list, filled);
    }
    if (field.type === 'codes') {
      inList(
        file,
        key,
        field.list,
        filled.flatMap((cell) => cell.split(',')),
      );
    }
    if (field.type === 'region') {
      known(file, key, regions, filled);
    }
    if (field.type === 'organisation') {
      known(file, key, organisations, filled);
    }
    if (field.type === 'id-card' && !filled.every(isIdNumber)) {
      fault(file, `${key}: wrong check digit`);
    }
    if (field.type === 'credit-code' && !filled.every(isCreditCode)) {
      fault(file, `${key}: wrong check digit`);
    }
    if (field.type === 'phone' && !filled.every((cell) => /^1[3-9]\d{9}$/.test(cell))) {
      fault(file, `${key}: no mobile number`);
    }
    if (field.type === 'date' && !filled.every((cell) => iso.test(cell))) {
      fault(file, `${key}: no date`);
    }
    if (['integer', 'decimal', 'money'].includes(field.type) && filled.some((cell) => !/^\d+(\.\d+)?$/.test(cell))) {
      fault(file, `${key}: no number`);
    }
    if (typeof field.max === 'number' && field.type === 'text' && filled.some((cell) => cell.length > field.max)) {
      fault(file, `${key}: too long`);
    }
  }
  rows += lines.length;
}

// ---- forms ----
const forms = new Map();
for (const file of files('forms', '.form.json')) {
  let form;
  try {
    form = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    fault(file, error.message);
    continue;
  }
  const fields = new Map();
  const ids = [];
  const walk = (components, inRows) =>
    components.forEach((component) => {
      ids.push(component.id);
      const key = component.path ?? component.key;
      if (component.type === 'group' && !/^\d+$/.test(component.properties?.['zt:page'] ?? '')) {
        fault(file, `${component.id}: zt:page is missing`);
      }
      if (!['group', 'text'].includes(component.type)) {
        if (!/^[a-z][A-Za-z0-9]*$/.test(key ?? '')) {
          fault(file, `${component.id}: ${key} is no camel-case name`);
        }
        if (!inRows) {
          if (fields.has(key)) {
            fault(file, `${key} stands twice`);
          }
          fields.set(key, component);
        }
        if (!component.label && !component.dateLabel) {
          fault(file, `${key}: label is missing`);
        }
      }
      const list = component.properties?.['zt:list'];
      if (list) {
        known(file, key, lists, list);
      } else if (['select', 'radio', 'checklist'].includes(component.type) && !component.values?.length) {
        fault(file, `${key}: no choices`);
      }
      const hide = component.conditional?.hide;
      if (hide) {
        feel(file, key ?? component.id, hide.replace(/^=/, ''));
      }
      if (component.properties?.['zt:computed']) {
        feel(file, key, component.properties['zt:computed'].replace(/^=/, ''));
      }
      if (component.components) {
        walk(component.components, inRows || component.type === 'dynamiclist');
      }
    });
  walk(form.components, false);
  unique(file, 'ids', ids);
  forms.set(form.id, { file, fields });
}
const formUse = (file, where, form, text) =>
  [
    ...String(text)
      .replace(/"(?:[^"\\]|\\.)*"/g, '""')
      .matchAll(/(?<![\w.])form\.(\w+)/g),
  ].forEach(([, name]) => {
    if (!forms.get(form)?.fields.has(name)) {
      fault(file, `${where}: form ${form} has no ${name}`);
    }
  });

// ---- decisions ----
const models = new Map();
for (const file of files('decisions', '.dmn')) {
  const model = await checkDecision(file, (text) => fault(file, text));
  models.set(model.key, model);
}

// ---- documents ----
const documents = new Map();
const inside = new Set(['case', 'service', 'applicant', 'form', 'situation', 'decision', 'department', 'officer', 'document', 'today']);
for (const file of files('documents', '.html')) {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(file, 'utf8')) ?? [];
  if (!head) {
    fault(file, 'front matter is missing');
    continue;
  }
  const meta = YAML.parse(head);
  keys(file, 'document', meta, ['document', 'title', 'kind', 'number', 'page', 'seal', 'qr'], ['use']);
  const open = [];
  const names = [];
  for (const [, tag] of body.matchAll(/\{\{\s*([\s\S]*?)\s*\}\}/g)) {
    if (tag.startsWith('/')) {
      if (open.pop() !== tag.slice(1)) {
        fault(file, `{{${tag}}} closes nothing`);
      }
      if (tag === '/each') {
        names.pop();
      }
      continue;
    }
    const block = /^#(if|each)\s+([\s\S]*)$/.exec(tag);
    const [, text, name] = block?.[1] === 'each' ? (/^([\s\S]*)\s+as\s+(\w+)$/.exec(block[2]) ?? []) : [null, block ? block[2] : tag];
    if (text === undefined) {
      fault(file, `{{${tag}}}: as … is missing`);
      continue;
    }
    feel(file, 'placeholder', text);
    const root = /^\w+/.exec(text.replace(/^(if|string join|count|not)\b[\s(]*/, ''))?.[0];
    if (root && /^[a-z]\w*\./.test(text) && !inside.has(root) && !names.includes(root)) {
      fault(file, `${root} is unknown in {{${tag}}}`);
    }
    if (block) {
      open.push(block[1]);
      if (name) {
        names.push(name);
      }
    }
  }
  if (open.length) {
    fault(file, `{{#${open.pop()}}} is not closed`);
  }
  documents.set(meta.document, { file, meta, body });
}

// ---- services ----
const processes = new Set(
  files('processes', '.bpmn').map((file) => /<(?:\w+:)?process\s[^>]*\bid="([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1]),
);
const services = new Map();
for (const file of files('services', '.yaml')) {
  const service = yaml(file);
  keys(
    file,
    'service',
    service,
    [
      'service',
      'title',
      'summary',
      'kind',
      'audience',
      'department',
      'accept-level',
      'conditions',
      'legal-basis',
      'fee',
      'time-limit',
      'channels',
    ],
    [
      'code',
      'themes',
      'life-events',
      'keywords',
      'situations',
      'materials',
      'steps',
      'faq',
      'form',
      'decisions',
      'process',
      'outcome',
      'rating',
      'order',
      'popular',
    ],
  );
  services.set(service.service, service);
  inList(file, 'kind', 'service-kind', service.kind);
  inList(file, 'audience', 'audience', service.audience);
  inList(file, 'channels', 'channel', service.channels);
  known(file, 'themes', new Set([...lists.get('theme-person'), ...lists.get('theme-legal-person')]), service.themes);
  inList(file, 'life-events', 'life-event', service['life-events']);
  known(file, 'department', organisations, service.department);
  known(file, 'accept-level', new Set(['city', 'district', 'town']), service['accept-level']);
  if (service['time-limit'].promised > service['time-limit'].statutory) {
    fault(file, 'promised is longer than statutory');
  }
  known(file, 'form', forms, service.form);
  if (processes.size) {
    known(file, 'process', processes, service.process);
  }
  const materials = (service.materials ?? []).map((material) => material.key);
  unique(file, 'materials', materials);
  for (const material of service.materials ?? []) {
    keys(file, material.key, material, ['key', 'title', 'form', 'copies', 'required', 'accept', 'max-mb'], ['sample', 'held', 'note']);
    if (typeof material.required === 'string') {
      feel(file, material.key, material.required);
      formUse(file, material.key, service.form, material.required);
    }
    if (material.sample) {
      known(file, material.key, documents, material.sample);
      formUse(documents.get(material.sample)?.file ?? file, 'document', service.form, documents.get(material.sample)?.body.replace(/<[^>]*>/g, '') ?? '');
    }
    if (material.held && !lists.get('licence-type').has(material.held)) {
      known(file, material.key, registers, material.held);
    }
  }
  for (const reference of Object.values(service.decisions ?? {})) {
    const [model, decision] = reference.split('#');
    if (!models.get(model)?.decisions.has(decision)) {
      fault(file, `${reference} is unknown`);
    }
    models.get(model)?.texts.forEach((text) => formUse(models.get(model).file, 'decision', service.form, text));
    if (decision === 'materials') {
      known(file, reference, new Set(materials), models.get(model).outputs('key'));
    }
  }
  for (const situation of service.situations ?? []) {
    const field = forms.get(service.form)?.fields.get(situation.key);
    if (field && !field.properties?.['zt:list']) {
      known(
        file,
        situation.key,
        new Set(field.values.map((choice) => choice.value)),
        situation.options.map((option) => option.key),
      );
    }
    if (field?.properties?.['zt:list']) {
      inList(
        file,
        situation.key,
        field.properties['zt:list'],
        situation.options.map((option) => option.key),
      );
    }
  }
  const { register, values = {}, licence } = service.outcome ?? {};
  known(file, 'outcome', registers, register);
  for (const [field, text] of Object.entries(values)) {
    if (!registers.get(register)?.fields[field]) {
      fault(file, `outcome: ${register} has no ${field}`);
    }
    feel(file, field, text);
    formUse(file, field, service.form, text);
    const entries = models.get(service.service)?.entries('eligibility');
    for (const [, name] of text.matchAll(/(?<![\w.])decision\.(\w+)/g)) {
      if (!entries?.includes(name)) {
        fault(file, `outcome: the decision gives no ${name}`);
      }
    }
  }
  for (const [key, field] of Object.entries(registers.get(register)?.fields ?? {})) {
    if (field.required && field.default === undefined && !(key in values)) {
      fault(file, `outcome: ${register} requires ${key}`);
    }
  }
  known(file, 'documents', documents, service.outcome?.documents);
  for (const key of service.outcome?.documents ?? []) {
    formUse(documents.get(key)?.file ?? file, 'document', service.form, documents.get(key)?.body.replace(/<[^>]*>/g, ''));
  }
  if (licence) {
    inList(file, 'licence', 'licence-type', licence.type);
    if (licence.valid) {
      feel(file, 'licence', licence.valid);
    }
  }
}

// ---- content ----
const columns = new Map(
  roots
    .flatMap((root) => (existsSync(join(root, 'content/columns.yaml')) ? yaml(join(root, 'content/columns.yaml')).columns : []))
    .map((column) => [column.column, column]),
);
const articles = files('content', '.md');
for (const file of articles) {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]+)$/.exec(readFileSync(file, 'utf8')) ?? [];
  if (!head) {
    fault(file, 'front matter or text is missing');
    continue;
  }
  const meta = YAML.parse(head, { schema: 'core' });
  keys(
    file,
    'article',
    meta,
    ['title', 'column', 'published', 'summary', 'source'],
    ['picture', 'link', 'pinned', 'until', 'service', 'number', 'issued-by', 'interprets'],
  );
  known(file, 'column', columns, meta.column);
  if (meta.picture && !existsSync(join(file, '..', meta.picture))) {
    fault(file, `picture ${meta.picture} is not there`);
  }
  known(file, 'service', services, meta.service);
  if (meta.interprets && !articles.some((other) => other.endsWith(`/${meta.interprets}`))) {
    fault(file, `interprets ${meta.interprets}, which is not there`);
  }
  if (body.trim().length < 30) {
    fault(file, 'the text is too short');
  }
}

// ---- tests ----
let passed = 0;
for (const file of files('tests', '.yaml')) {
  passed += runTests(yaml(file), models, services, (text) => fault(file, text));
}
for (const model of models.values()) {
  const reached = new Set(files('tests', '.yaml').flatMap((file) => yaml(file).tests.map((test) => test.decision)));
  for (const name of ['eligibility', 'materials']) {
    if (model.decisions.has(name) && !reached.has(`${model.key}#${name}`)) {
      fault(model.file, `${name} has no test`);
    }
  }
}

faults.forEach((line) => console.error(line));
console.log(
  `${lists.size} code lists, ${regions.size} regions, ${organisations.size} organisations, ${officers.length} officers, ${services.size} services, ${forms.size} forms, ` +
    `${models.size} decision models, ${registers.size} registers, ${rows} rows, ${documents.size} documents, ${articles.length} articles, ${passed} tests passed, ${faults.length} faults`,
);
process.exit(faults.length ? 1 : 0);
