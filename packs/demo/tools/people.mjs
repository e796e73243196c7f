// Writes organisations/yunxi.yaml, officers.tsv, persons.tsv and companies.tsv of this pack. Deterministic: run it again and nothing
// changes.   node packs/demo/tools/people.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { personName } from './names.mjs';
import { creditCode, idNumber, mobile, random } from './numbers.mjs';

const pack = join(dirname(fileURLToPath(import.meta.url)), '..');
const next = random(20260101);
const pick = (list) => list[Math.floor(next() * list.length)];
const table = (file, header, rows) => writeFileSync(join(pack, file), [header, ...rows].map((row) => row.join('\t')).join('\n') + '\n');

const regions = readFileSync(join(pack, 'regions.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .map(([code, name, level, parent]) => ({ code, name, level, parent }));
const districts = [
  ['linjiang', '990102'],
  ['qingshan', '990103'],
  ['yunhu', '990104'],
  ['pingchuan', '990121'],
  ['shiqiao', '990122'],
  ['nandu', '990181'],
].map(([key, code]) => ({ key, code, name: regions.find((region) => region.code === code).name }));

// ---- organisations: key, title, short, kind, region, parent, line. The line ties a city bureau to its counterparts in the districts. ----
const organisations = [];
const organisation = (key, title, short, kind, region, parent, line, seat) =>
  organisations.push({
    seat,
    key,
    title,
    short,
    kind,
    region,
    parent,
    line,
    code: creditCode(kind === 'institution' ? '12' : '11', region, organisations.length + 1),
  });

// Where one can go: seat of each organisation that serves the public. Longitude and latitude lie on the invented map maps/yunxi.geojson.
const seats = {
  'yx-gov': ['云湖区湖滨街道人民路1号', 116.42, 30.33],
  'yx-data': ['云湖区湖滨街道政务路6号', 116.435, 30.335],
  'yx-hall': ['云湖区湖滨街道政务路8号', 116.437, 30.336],
  'yx-civil': ['云湖区湖滨街道政务路12号', 116.44, 30.337],
  'yx-civil-marriage': ['云湖区湖滨街道映月路99号', 116.445, 30.34],
  'yx-market': ['云湖区湖滨街道政务路16号', 116.442, 30.338],
  'yx-city': ['云湖区学院街道环城路20号', 116.45, 30.325],
  'yx-housing': ['云湖区学院街道环城路32号', 116.452, 30.326],
  'yx-veterans': ['云湖区湖滨街道政务路20号', 116.443, 30.339],
  'yx-health': ['云湖区学院街道健康路3号', 116.455, 30.33],
  'yx-disabled': ['云湖区学院街道健康路5号', 116.456, 30.331],
  'yx-security': ['云湖区湖滨街道平安大道1号', 116.43, 30.345],
  'yx-justice': ['云湖区湖滨街道政务路22号', 116.444, 30.34],
  linjiang: ['临江区望江街道江滨路100号', 116.36, 30.27],
  qingshan: ['青山区青山街道松涛路60号', 116.33, 30.4],
  yunhu: ['云湖区新港街道云栖路50号', 116.48, 30.36],
  pingchuan: ['平川县城关镇人民路8号', 116.58, 30.22],
  shiqiao: ['石桥县石桥镇桥头街1号', 116.22, 30.5],
  nandu: ['南渡市南渡街道解放路2号', 116.5, 30.12],
  'linjiang-binjiang-hall': ['临江区滨江街道江声里1号', 116.375, 30.262],
};
const hours = { hall: '周一至周五 09:00-17:00，周六 09:00-11:30', other: '周一至周五 09:00-12:00，13:30-17:00' };
const visit = (o, at) => {
  const [address, longitude, latitude] = seats[o.key] ?? o.seat ?? seats[o.parent] ?? seats[o.key.split('-')[0]];
  return (
    `, address: 云溪市${address}, phone: "0000-88${10000 + at * 37}", hours: "${o.kind === 'hall' ? hours.hall : hours.other}", ` +
    `location: [${longitude}, ${latitude}]`
  );
};

organisation('yx-gov', '云溪市人民政府', '市政府', 'government', '9901', null, 'government');
for (const [key, title, short, kind, parent, line] of [
  ['yx-data', '云溪市数据局', '市数据局', 'bureau', 'yx-gov', 'data'],
  ['yx-hall', '云溪市政务服务中心', '市政务服务中心', 'hall', 'yx-data', 'hall'],
  ['yx-civil', '云溪市民政局', '市民政局', 'bureau', 'yx-gov', 'civil'],
  ['yx-civil-aged', '云溪市民政局养老服务科', '养老服务科', 'division', 'yx-civil', 'civil'],
  ['yx-civil-social', '云溪市民政局社会组织管理科', '社会组织科', 'division', 'yx-civil', 'civil'],
  ['yx-civil-marriage', '云溪市婚姻登记中心', '婚姻登记中心', 'institution', 'yx-civil', 'civil'],
  ['yx-market', '云溪市市场监督管理局', '市市场监管局', 'bureau', 'yx-gov', 'market'],
  ['yx-market-register', '云溪市市场监督管理局登记注册科', '登记注册科', 'division', 'yx-market', 'market'],
  ['yx-market-food', '云溪市市场监督管理局食品经营监管科', '食品经营科', 'division', 'yx-market', 'market'],
  ['yx-city', '云溪市城市管理局', '市城管局', 'bureau', 'yx-gov', 'city'],
  ['yx-city-garden', '云溪市城市管理局园林绿化科', '园林绿化科', 'division', 'yx-city', 'city'],
  ['yx-housing', '云溪市住房和城乡建设局', '市住建局', 'bureau', 'yx-gov', 'housing'],
  ['yx-veterans', '云溪市退役军人事务局', '市退役军人局', 'bureau', 'yx-gov', 'veterans'],
  ['yx-health', '云溪市卫生健康委员会', '市卫健委', 'bureau', 'yx-gov', 'health'],
  ['yx-disabled', '云溪市残疾人联合会', '市残联', 'institution', 'yx-gov', 'disabled'],
  ['yx-security', '云溪市公安局', '市公安局', 'bureau', 'yx-gov', 'security'],
  ['yx-justice', '云溪市司法局', '市司法局', 'bureau', 'yx-gov', 'justice'],
]) {
  organisation(key, title, short, kind, '9901', parent, line);
}
for (const { key, code, name } of districts) {
  organisation(`${key}-gov`, `云溪市${name}人民政府`, `${name}政府`, 'government', code, 'yx-gov', 'government');
  for (const [suffix, title, short, kind, line] of [
    ['civil', '民政局', '民政局', 'bureau', 'civil'],
    ['market', '市场监督管理局', '市场监管局', 'bureau', 'market'],
    ['city', '城市管理局', '城管局', 'bureau', 'city'],
    ['hall', '政务服务中心', '政务服务中心', 'hall', 'hall'],
  ]) {
    organisation(`${key}-${suffix}`, `云溪市${name}${title}`, name + short, kind, code, `${key}-gov`, line);
  }
}
// Every town has a service centre, which also decides the small things by itself.
for (const { key, code, name } of districts) {
  const [, longitude, latitude] = seats[key];
  regions
    .filter((region) => region.parent === code)
    .forEach((town, at) => {
      const angle = at * 2.4;
      const seat = [
        `${name}${town.name}便民路${at + 1}号`,
        Number((longitude + 0.022 * Math.cos(angle)).toFixed(4)),
        Number((latitude + 0.022 * Math.sin(angle)).toFixed(4)),
      ];
      const own = town.code === '990102001' ? 'linjiang-binjiang-hall' : `${key}-${town.code.slice(6)}-hall`;
      const short = town.name.replace(/(街道|镇|乡)$/, '') + '便民中心';
      organisation(own, `${name}${town.name}便民服务中心`, short, 'hall', town.code, `${key}-hall`, 'hall', seat);
    });
}

const posts = [
  ['director', '主要负责人', 10],
  ['deputy-director', '分管负责人', 20],
  ['chief', '科长', 30],
  ['deputy-chief', '副科长', 40],
  ['staff', '科员', 50],
  ['window', '窗口工作人员', 60],
  ['engineer', '技术人员', 70],
];
writeFileSync(
  join(pack, 'organisations', 'yunxi.yaml'),
  [
    '# Made by tools/people.mjs. line: the same words in city and district organisations say which of them do the same work.',
    'posts:',
    ...posts.map(([key, title, rank]) => `  - { key: ${key}, title: ${title}, rank: ${rank} }`),
    'organisations:',
    ...organisations.map(
      (o) =>
        `  - { key: ${o.key}, title: ${o.title}, short: ${o.short}, kind: ${o.kind}, ` +
        `region: "${o.region}", ${o.parent ? `parent: ${o.parent}, ` : ''}line: ${o.line}, code: "${o.code}"${o.kind === 'division' ? '' : visit(o, organisations.indexOf(o))} }`,
    ),
  ].join('\n') + '\n',
);
// ---- officers ----
const name = () => personName(next);

const memorable = [
  ['clerk1', '林晓燕', 'linjiang-hall', 'window', 'clerk'],
  ['clerk2', '高志鹏', 'qingshan-hall', 'window', 'clerk'],
  ['clerk3', '谢红梅', 'yx-hall', 'window', 'clerk'],
  ['clerk4', '唐雨欣', 'linjiang-binjiang-hall', 'window', 'clerk'],
  ['reviewer1', '沈建华', 'linjiang-civil', 'staff', 'reviewer'],
  ['reviewer2', '许文静', 'linjiang-market', 'staff', 'reviewer'],
  ['reviewer3', '曹立新', 'linjiang-city', 'staff', 'reviewer'],
  ['reviewer4', '冯雅琪', 'linjiang-binjiang-hall', 'staff', 'reviewer'],
  ['reviewer5', '卢浩然', 'yx-civil', 'staff', 'reviewer'],
  ['approver1', '顾明远', 'linjiang-civil', 'deputy-director', 'approver'],
  ['approver2', '秦书豪', 'yx-civil', 'deputy-director', 'approver'],
  ['approver3', '蒋永康', 'linjiang-market', 'deputy-director', 'approver'],
  ['approver4', '钱志刚', 'linjiang-city', 'deputy-director', 'approver'],
  ['approver5', '郝桂兰', 'linjiang-binjiang-hall', 'chief', 'approver'],
  ['register1', '董佳慧', 'yx-civil-aged', 'chief', 'register-admin'],
  ['service1', '孟思远', 'yx-data', 'chief', 'service-admin'],
  ['editor1', '苏静怡', 'yx-data', 'staff', 'content-editor'],
  ['publisher1', '韩春兰', 'yx-data', 'chief', 'content-publisher,definition-reviewer'],
  ['orgadmin1', '贺海燕', 'linjiang-civil', 'chief', 'organisation-admin,reviewer'],
  ['leader1', '江志远', 'yx-gov', 'director', 'leader'],
  ['operator1', '石磊', 'yx-data', 'engineer', 'operator'],
  ['integrator1', '雷鹏飞', 'yx-data', 'engineer', 'integrator'],
  ['sysadmin', '钟立平', 'yx-data', 'engineer', 'system-admin'],
  ['secadmin', '尹晨', 'yx-data', 'engineer', 'security-admin'],
  ['secadmin2', '金若溪', 'yx-data', 'engineer', 'security-admin'],
  ['auditor', '白雪松', 'yx-data', 'engineer', 'audit-admin'],
];
const byKey = new Map(organisations.map((o) => [o.key, o]));
const officers = memorable.map(([account, title, key, post, roles]) => [account, title, key, byKey.get(key).region, post, roles]);
// Who is needed so that every case finds its people: windows in halls; reviewers and approvers in bureaus, and in halls for the lines
// of work that have no bureau of their own in a district or town.
const desks = (o) => {
  if (o.kind === 'government' || o.kind === 'division') {
    return [];
  }
  if (o.kind !== 'hall') {
    const second =
      o.region.length === 4
        ? []
        : [
            ['reviewer', 'deputy-chief'],
            [o.line === 'city' ? 'organisation-admin' : 'register-admin', 'staff'],
          ];
    return [['reviewer', 'staff'], ['approver', 'deputy-director'], ...second];
  }
  const windows = o.region.length === 9 ? 1 : 3;
  const rest =
    o.region.length === 9
      ? [
          ['reviewer', 'staff'],
          ['approver', 'chief'],
        ]
      : [
          ['reviewer', 'staff'],
          ['approver', 'deputy-director'],
          ['organisation-admin', 'chief'],
        ];
  return [...Array.from({ length: windows }, () => ['clerk', 'window']), ...rest];
};
const taken = officers.map((row) => `${row[2]} ${row[5]}`);
const hire = (o, role, post) => officers.push([`u${String(officers.length + 1).padStart(4, '0')}`, name(), o.key, o.region, post, role]);
for (const o of organisations) {
  for (const [role, post] of desks(o)) {
    const at = taken.indexOf(`${o.key} ${role}`);
    if (at >= 0) {
      taken.splice(at, 1);
    } else {
      hire(o, role, post);
    }
  }
}
const bureaus = organisations.filter((o) => o.kind === 'bureau' && o.region === '9901');
for (let at = 0; officers.length < 300; at++) {
  hire(bureaus[at % bureaus.length], ['register-admin', 'content-editor', 'service-admin'][Math.floor(at / bureaus.length) % 3], 'staff');
}
table(
  'officers.tsv',
  ['account', 'name', 'organisation', 'region', 'post', 'roles', 'mobile'],
  officers.map((row, at) => [...row, mobile(10000000 + at * 37)]),
);

// ---- persons: acts-for names the accounts for whom a person may act (guardian of a child, entrusted by a parent) ----
const persons = [
  ['chenguilan', '陈桂兰', '2', '1944-03-12', '990102001', '滨江街道江声里3号楼201室', '01', '', '82岁，申请老年综合津贴'],
  [
    'zhoujianguo',
    '周建国',
    '1',
    '1970-06-05',
    '990102001',
    '滨江街道江声里3号楼201室',
    '01',
    'chenguilan,zhouzihan',
    '陈桂兰之子、周子涵之父',
  ],
  ['zhouzihan', '周子涵', '2', '2016-09-01', '990102001', '滨江街道江声里3号楼201室', '01', '', '未成年人，由父亲代办'],
  ['limei', '李梅', '2', '1996-11-20', '990103001', '青山街道松涛路18号', '01', '', '新生儿母亲'],
  ['wangqiang', '王强', '1', '1988-04-17', '990102003', '钟楼街道鼓楼前街66号', '01', '', '准备开办小餐馆'],
  ['zhaolei', '赵磊', '1', '1990-08-01', '990104003', '科创街道云栖路9号', '01', '', '退役军士'],
  ['sunfang', '孙芳', '2', '1979-02-26', '990121101', '城关镇人民路120号', '01', '', '肢体残疾人'],
  ['wujun', '吴军', '1', '1965-10-10', '990102002', '望江街道观澜路5号', '01', '', '云溪市江畔餐饮有限公司法定代表人'],
  ['zhengyue', '郑悦', '2', '1999-05-20', '990104001', '湖滨街道映月路27号', '01', '', '预约结婚登记'],
  ['huangtao', '黄涛', '1', '1998-12-03', '990104001', '湖滨街道映月路29号', '01', '', '预约结婚登记'],
  ['ayguli', '阿依古丽·买买提', '2', '1992-07-07', '990181001', '南渡街道解放路41号', '05', '', '姓名带间隔号'],
  ['ouyang', '欧阳明慧', '2', '1983-01-15', '990122101', '石桥镇桥头街8号', '01', '', '复姓；申请公共租赁住房'],
  ['liyan', '李䶮', '1', '1975-09-09', '990103002', '矿山街道胜利路3号', '01', '', '姓名含生僻字'],
  ['xiaoshan', '萧山', '1', '2005-02-28', '990104002', '学院街道大学路1号', '11', '', '在校学生，集体户'],
  ['liangyu', '梁玉珍', '2', '1932-05-06', '990122206', '茶山乡上茶村12号', '01', '', '94岁，居住在乡村'],
  ['hejiahao', '何家豪', '1', '1980-03-30', '990104003', '科创街道云栖路15号', '01', '', '持港澳居民居住证', '810000'],
];
table(
  'persons.tsv',
  ['account', 'name', 'id-number', 'mobile', 'birth', 'region', 'address', 'sex', 'ethnic-group', 'acts-for', 'note'],
  persons.map(([account, title, sex, birth, region, address, ethnic, acts, note, prefix], at) => [
    account,
    title,
    idNumber(prefix ?? region, birth, 100 + at * 2 + (sex === '1' ? 1 : 0)),
    mobile(20000000 + at * 11),
    birth,
    region,
    `云溪市${regions.find((r) => r.code === region.slice(0, 6)).name}${address}`,
    sex,
    ethnic,
    acts,
    note,
  ]),
);

// ---- companies: legal-representative and agents are accounts of persons ----
const companies = [
  [
    '云溪市江畔餐饮有限公司',
    '91',
    'limited',
    '62',
    'wujun',
    'wangqiang',
    '990102002',
    '望江街道滨江大道88号',
    '2015-06-18',
    100,
    '餐饮服务；食品销售',
  ],
  ['云溪市临江区王记面馆', '92', 'sole-trader', '62', 'wangqiang', '', '990102003', '钟楼街道鼓楼前街66号', '2021-03-09', 5, '小吃服务'],
  [
    '云溪云栖软件股份有限公司',
    '91',
    'joint-stock',
    '65',
    'hejiahao',
    'zhaolei',
    '990104003',
    '科创街道云栖路1号',
    '2012-11-02',
    3000,
    '软件开发；信息系统集成服务',
  ],
  [
    '云溪市康宁养老服务有限公司',
    '91',
    'limited',
    '85',
    'liyan',
    '',
    '990103001',
    '青山街道松涛路200号',
    '2018-08-28',
    500,
    '养老服务；居家护理',
  ],
  [
    '平川县永丰粮油加工厂（普通合伙）',
    '91',
    'partnership',
    '13',
    'sunfang',
    '',
    '990121106',
    '永丰镇工业路2号',
    '2009-04-30',
    80,
    '粮食加工；食用油销售',
  ],
  [
    '石桥县云峰茶叶专业合作社',
    '93',
    'farmer-cooperative',
    '01',
    'ouyang',
    '',
    '990122207',
    '云峰乡茶园路1号',
    '2014-02-14',
    60,
    '茶叶种植、加工、销售',
  ],
  [
    '云溪市大江建设工程有限公司',
    '91',
    'limited',
    '48',
    'huangtao',
    'liyan',
    '990102106',
    '沙洲镇兴业路15号',
    '2006-07-07',
    8000,
    '市政公用工程施工；园林绿化工程',
  ],
  [
    '南渡市海峰水产品有限公司',
    '91',
    'limited',
    '04',
    'ayguli',
    '',
    '990181105',
    '盐塘镇渔港路30号',
    '2016-12-12',
    200,
    '水产养殖；水产品批发',
  ],
  [
    '云溪市鼓楼百货商店',
    '91',
    'sole-investment',
    '52',
    'zhoujianguo',
    '',
    '990102003',
    '钟楼街道鼓楼前街1号',
    '1998-05-01',
    50,
    '日用百货、预包装食品零售',
  ],
  [
    '云溪市志愿服务联合会',
    '51',
    'social-group',
    '96',
    'zhengyue',
    '',
    '9901',
    '湖滨街道文昌路10号',
    '2019-03-05',
    3,
    '组织志愿服务活动、培训与交流',
  ],
  [
    '云溪市青山区松涛社会工作服务中心',
    '52',
    'private-non-enterprise',
    '85',
    'limei',
    '',
    '990103001',
    '青山街道松涛路22号',
    '2020-10-15',
    3,
    '社区社会工作服务',
  ],
  [
    '云溪市绿野园林有限公司',
    '91',
    'limited',
    '78',
    'xiaoshan',
    'wujun',
    '990104105',
    '荷塘镇花木大道6号',
    '2023-09-19',
    300,
    '绿化养护；苗木种植',
  ],
];
const account = new Map(persons.map(([key, title]) => [key, title]));
table(
  'companies.tsv',
  [
    'name',
    'credit-code',
    'type',
    'industry',
    'legal-representative',
    'agents',
    'region',
    'address',
    'established',
    'capital-wan',
    'scope',
    'status',
    'phone',
  ],
  companies.map(([title, kind, type, industry, legal, agents, region, address, established, capital, scope], at) => {
    if (!account.has(legal)) {
      throw new Error(`${title}: ${legal} is nobody`);
    }
    const place = region.length > 4 ? regions.find((r) => r.code === region.slice(0, 6)).name : '';
    return [
      title,
      creditCode(kind, region, 9000 + at),
      type,
      industry,
      legal,
      agents,
      region,
      `云溪市${place}${address}`,
      established,
      capital,
      scope,
      '1',
      mobile(30000000 + at * 13),
    ];
  }),
);
console.log(`${organisations.length} organisations, ${officers.length} officers, ${persons.length} persons, ${companies.length} companies`);
