// Writes records/*.tsv: rows for the demo city's registers, as if the platform had run for a year up to `today`. Deterministic: the same
// people, numbers and dates on every machine; check digits are true, regions are the invented city's.   node packs/demo/tools/records.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { personName } from './names.mjs';
import { creditCode, idNumber, mobile, random } from './numbers.mjs';

const pack = join(dirname(fileURLToPath(import.meta.url)), '..');
const next = random(20261115);
const today = '2026-11-15';
const pick = (list) => list[Math.floor(next() * list.length)];
const between = (low, high) => low + Math.floor(next() * (high - low + 1));
const weighted = (pairs) => {
  let left = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
  return pairs.find(([, weight]) => (left -= weight) < 0)[0];
};
const times = (count, make) => Array.from({ length: count }, (_, at) => make(at));

const regions = readFileSync(join(pack, 'regions.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'));
const counties = regions.filter((row) => row[2] === 'county').map(([code, name]) => ({ code, name }));
const towns = regions
  .filter((row) => row[2] === 'town')
  .map(([code, name, , parent]) => ({ code, name, county: counties.find((c) => c.code === parent) }));
// More people live in the three districts than in the counties; a map of equal colours would teach nobody anything.
const townWeights = towns.map((town) => [town, { 990102: 5, 990103: 4, 990104: 6, 990121: 2, 990122: 1.5, 990181: 2.5 }[town.county.code]]);
const place = () => {
  const town = weighted(townWeights);
  const road = pick([
    '人民路',
    '建设路',
    '解放路',
    '文昌路',
    '向阳路',
    '桥头街',
    '南门街',
    '新华路',
    '河滨路',
    '学府路',
    '工农路',
    '幸福里',
  ]);
  return { town, address: `云溪市${town.county.name}${town.name}${road}${between(1, 320)}号` };
};

const addDays = (date, days) => new Date(Date.parse(`${date}T00:00Z`) + days * 864e5).toISOString().slice(0, 10);
const addYears = (date, years) => addDays(`${Number(date.slice(0, 4)) + years}-${date.slice(5) === '02-29' ? '02-28' : date.slice(5)}`, -1);
// A working day in the past year, with more cases lately and a lull in February.
const dayInYear = () => {
  for (;;) {
    const date = addDays(today, -Math.floor(365 * next() ** 1.25));
    const weekday = new Date(`${date}T00:00Z`).getUTCDay();
    if (weekday % 6 !== 0 && !(date >= '2026-02-15' && date <= '2026-02-23') && !(date >= '2026-10-01' && date <= '2026-10-07')) {
      return date;
    }
  }
};
const birthAged = (low, high) => addDays(today, -between(low * 365 + 90, high * 365));
const ageOn = (birth, date) => Number(date.slice(0, 4)) - Number(birth.slice(0, 4)) - (date.slice(5) < birth.slice(5) ? 1 : 0);

const used = new Map();
const person = (low, high, town = null) => {
  const { town: home, address } = town ?? place();
  const birth = birthAged(low, high);
  const sex = next() < 0.5 ? '1' : '2';
  const key = home.county.code + birth;
  const sequence = 300 + (used.get(key) ?? 0) * 2 + (sex === '1' ? 1 : 0);
  used.set(key, (used.get(key) ?? 0) + 1);
  return { name: personName(next), id: idNumber(home.county.code, birth, sequence), birth, sex, town: home, address };
};
let phones = 40000000;
const phone = () => mobile((phones += 7));
const cards = ['icbc', 'abc', 'boc', 'ccb', 'bocom', 'psbc', 'rcb'];
const bankCard = () => {
  const body = '621999' + times(12, () => between(0, 9)).join('');
  const sum = [...body]
    .reverse()
    .reduce((total, digit, at) => total + (at % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] : Number(digit)), 0);
  return body + String((10 - (sum % 10)) % 10);
};
const counters = new Map();
const caseNumber = (prefix, date) => {
  const key = prefix + date.slice(0, 4);
  counters.set(key, (counters.get(key) ?? 0) + 1);
  return `${prefix}${date.replaceAll('-', '')}${String(counters.get(key)).padStart(5, '0')}`;
};
let companies = 20000;
const credit = (kind, county) => creditCode(kind, county, companies++);

mkdirSync(join(pack, 'records'), { recursive: true });
let total = 0;
const write = (register, rows) => {
  const header = Object.keys(rows[0]);
  const cell = (value) => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
  writeFileSync(
    join(pack, 'records', `${register}.tsv`),
    [header.join('\t'), ...rows.map((row) => header.map((key) => cell(row[key])).join('\t'))].join('\n') + '\n',
  );
  total += rows.length;
};

// ---- eldercare ----
const homes = times(42, (at) => {
  const { town, address } = place();
  const beds = weighted([
    [between(20, 60), 4],
    [between(60, 150), 4],
    [between(150, 420), 2],
  ]);
  const filed = addDays(today, -between(30, 2600));
  const brand = `${pick('康安福松鹤寿颐夕霞和美仁爱瑞祥'.match(/../g))}${pick(['', '苑', '园', '家'])}`;
  return {
    name: `云溪市${town.county.name}${brand}${pick(['养老院', '护理院', '敬老院', '颐养中心'])}${at % 6 === 5 ? '（' + town.name.replace(/街道|镇|乡/, '') + '）' : ''}`,
    'credit-code': credit(at % 3 === 0 ? '91' : '52', town.county.code),
    'legal-representative': personName(next),
    kind: pick(['nursing-home', 'nursing-home', 'nursing-hospital', 'community', 'rural', 'welfare']),
    nature: at % 3 === 0 ? '营利性' : '非营利性',
    district: town.code,
    address,
    phone: phone(),
    beds,
    'nursing-beds': Math.floor(beds * (0.3 + next() * 0.5)),
    area: beds * between(22, 40),
    residents: Math.floor(beds * (0.35 + next() * 0.6)),
    caregivers: Math.ceil(beds / between(4, 8)),
    scale: beds >= 300 ? 'large' : beds >= 100 ? 'medium' : 'small',
    'filed-on': filed,
    'filing-number': `云民养备〔${filed.slice(0, 4)}〕${String(at + 1).padStart(4, '0')}号`,
    status: at === 17 ? 'suspended' : 'active',
  };
});
const homeNames = new Set();
for (const home of homes) {
  while (homeNames.has(home.name)) {
    home.name = home.name.replace(/(养老院|护理院|敬老院|颐养中心)/, '第二$1');
  }
  homeNames.add(home.name);
}
write('eldercare-institution', homes);
write(
  'caregiver',
  times(380, () => {
    const home = pick(homes);
    const who = person(22, 58);
    const hired = addDays(today, -between(20, 2200));
    const left = next() < 0.12 ? addDays(hired, between(10, 400)) : null;
    const gone = left !== null && left <= today;
    return {
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      district: home.district.slice(0, 6),
      employer: home.name,
      education: pick(['31', '41', '61', '71', '21']),
      'monthly-pay': between(38, 82) * 100,
      'hired-on': hired,
      'left-on': gone ? left : null,
      certificates:
        next() < 0.7
          ? [
              {
                name: pick(['养老护理员五级', '养老护理员四级', '养老护理员三级', '老年人能力评估师']),
                number: `YL${between(100000, 999999)}`,
                until: addDays(today, between(-60, 1400)),
              },
            ]
          : [],
      status: gone ? 'left' : 'active',
    };
  }),
);
const standard = (age, kind) => (age >= 100 ? 500 : age >= 90 ? 200 : age >= 80 ? 100 : kind === 'ordinary' ? null : 60);
write(
  'allowance-beneficiary',
  times(1200, (at) => {
    const young = next() < 0.2;
    const who = young ? person(65, 79) : person(80, at % 150 === 0 ? 104 : 97);
    const kind = young
      ? pick(['minimum-living', 'low-income', 'extreme-poverty'])
      : weighted([
          ['ordinary', 8],
          ['minimum-living', 1],
          ['low-income', 1],
        ]);
    const starts = dayInYear();
    const age = ageOn(who.birth, today);
    const ended = next() < 0.04 ? addDays(starts, between(30, 200)) : null;
    const stopped = ended !== null && ended <= today;
    return {
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      birth: who.birth,
      district: who.town.code,
      address: who.address,
      'household-type': kind,
      standard: standard(age, kind) ?? 100,
      'starts-on': starts,
      'ends-on': stopped ? ended : null,
      bank: pick(cards),
      'bank-account': bankCard(),
      'bank-holder': who.name,
      'agent-name': next() < 0.35 ? personName(next) : null,
      'case-number': caseNumber('JT', starts),
      status: stopped ? 'cancelled' : 'active',
    };
  }),
);
write(
  'senior-card',
  times(1000, () => {
    const who = person(60, 96);
    const issued = dayInYear();
    const age = ageOn(who.birth, issued);
    return {
      number: caseNumber('LY', issued),
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      birth: who.birth,
      district: who.town.code,
      card: age >= 80 ? '高龄老年人优待证（红卡）' : age >= 65 ? '老年人优待证（金卡）' : '老年人优待证（绿卡）',
      form: next() < 0.4 ? '电子证和实体卡' : '电子证',
      'issued-on': issued,
      status: 'active',
    };
  }),
);

// ---- welfare ----
write(
  'disability-certificate',
  times(500, () => {
    const who = person(4, 85);
    const issued = addDays(today, -between(5, 3500));
    const [kind, grade] = [
      weighted([
        ['4', 5],
        ['1', 1.5],
        ['2', 2],
        ['3', 0.5],
        ['5', 1],
        ['6', 1.2],
        ['7', 0.4],
      ]),
      weighted([
        ['1', 2],
        ['2', 3],
        ['3', 3],
        ['4', 3],
      ]),
    ];
    const minor = ageOn(who.birth, today) < 18;
    return {
      number: who.id + kind + grade,
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      district: who.town.code,
      address: who.address,
      kind,
      grade,
      hospital: pick(['云溪市第一人民医院', '云溪市康复医院', '云溪市精神卫生中心', '临江区人民医院']),
      'assessed-on': addDays(issued, -between(10, 60)),
      'guardian-name': minor ? personName(next) : null,
      'guardian-mobile': minor ? phone() : null,
      'issued-on': issued,
      until: addYears(issued, 10),
      'case-number': caseNumber('CJ', issued),
      status: 'active',
    };
  }),
);
write(
  'disabled-subsidy',
  times(350, () => {
    const who = person(6, 80);
    const [kind, grade] = [
      weighted([
        ['4', 5],
        ['1', 2],
        ['2', 2],
        ['5', 2],
        ['6', 2],
      ]),
      weighted([
        ['1', 4],
        ['2', 5],
        ['3', 2],
      ]),
    ];
    const household = weighted([
      ['ordinary', 5],
      ['minimum-living', 3],
      ['low-income', 2],
    ]);
    const poor = household !== 'ordinary';
    const nursing = grade === '1' ? 160 : grade === '2' ? 120 : ['5', '6'].includes(kind) ? 80 : 0;
    const living = poor ? (grade <= '2' ? 180 : 120) : 0;
    const starts = dayInYear();
    return {
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      district: who.town.code,
      kind: nursing + living === 0 ? '6' : kind,
      grade,
      household,
      living,
      nursing: nursing + living === 0 ? 80 : nursing,
      bank: pick(cards),
      'bank-account': bankCard(),
      'bank-holder': who.name,
      'starts-on': starts,
      'case-number': caseNumber('CB', starts),
      status: 'active',
    };
  }),
);
write(
  'temporary-relief',
  times(210, () => {
    const who = person(20, 75);
    const approved = dayInYear();
    const [cause, burden] = weighted([
      [['突发重大疾病', between(6, 90) * 1000], 6],
      [['意外事件', between(3, 60) * 1000], 3],
      [['支出突然增加', between(2, 12) * 1000], 2],
      [['其他特殊困难', between(1, 9) * 1000], 1],
    ]);
    const people = between(1, 5);
    const months = burden < 5000 ? 1 : burden < 20000 ? 3 : burden < 50000 ? 6 : 12;
    const amount = Math.min((1000 * months * Math.min(people, 4)) / 2, burden);
    return {
      number: caseNumber('LJ', approved),
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      district: who.town.code,
      cause,
      'happened-on': addDays(approved, -between(8, 120)),
      people,
      household: weighted([
        ['ordinary', 5],
        ['low-income', 3],
        ['minimum-living', 2],
      ]),
      burden,
      amount,
      route: next() < 0.15 ? '先行救助' : amount <= 3000 ? '乡镇审批' : '县级审批',
      bank: pick(cards),
      'bank-account': bankCard(),
      'bank-holder': who.name,
      'approved-on': approved,
      'payment-status': approved > '2026-11-09' ? 'pending' : next() < 0.02 ? 'failed' : 'paid',
      'case-number': caseNumber('JZ', approved),
    };
  }),
);
write(
  'public-rental-household',
  times(240, () => {
    const who = person(22, 68);
    const since = dayInYear();
    const people = between(1, 5);
    const members = times(people, (at) =>
      at === 0
        ? { name: who.name, 'id-number': who.id, relation: '01', income: between(0, 60) * 100 }
        : {
            ...(({ name, id }) => ({ name, 'id-number': id }))(person(at === 1 ? 22 : 1, at === 1 ? 66 : 20, who)),
            relation: at === 1 ? '10' : pick(['20', '30']),
            income: at === 1 ? between(0, 45) * 100 : 0,
          },
    );
    const income = Math.round((100 * members.reduce((sum, member) => sum + member.income, 0)) / people) / 100;
    const priority = next() < 0.12 ? 1 : next() < 0.25 ? 2 : income <= 2000 ? 3 : 4;
    const subsidy = next() < 0.55;
    return {
      number: caseNumber('GZ', since),
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      district: who.town.code,
      address: who.address,
      members,
      people,
      income,
      method: subsidy ? '租赁补贴' : '实物配租',
      subsidy: subsidy ? 15 * Math.min(people, 4) * [0, 16, 12, 9, 6][priority] : 0,
      priority,
      'waiting-since': since,
      until: addYears(since, 1),
      'case-number': caseNumber('ZB', since),
      status: 'active',
    };
  }),
);
write(
  'newborn',
  times(360, (at) => {
    const done = dayInYear();
    const birth = addDays(done, -between(4, 70));
    const mother = person(20, 42);
    const items = ['生育登记', '出生登记', '医保参保', '社会保障卡', '预防接种证', '育儿补贴'].filter(() => next() < 0.8);
    return {
      'case-number': caseNumber('CS', done),
      'baby-name': personName(next),
      sex: pick(['1', '2']),
      birth,
      'birth-certificate': `Z9901${String(26000 + at).padStart(5, '0')}`,
      'birth-order': weighted([
        [1, 5],
        [2, 4],
        [3, 1],
      ]),
      'mother-name': mother.name,
      'mother-id-number': mother.id,
      'father-name': next() < 0.96 ? personName(next) : null,
      mobile: phone(),
      district: mother.town.code,
      items: items.join('、') || '生育登记',
      subsidy: items.includes('育儿补贴') ? 3600 : 0,
      'registered-on': done,
      status: 'active',
    };
  }),
);
write(
  'veteran-card',
  times(420, () => {
    const who = person(22, 88);
    const family = next() < 0.12;
    const enlisted = family ? null : `${Number(who.birth.slice(0, 4)) + between(18, 20)}-${pick(['03', '09', '12'])}-01`;
    const discharged = family
      ? null
      : `${Math.min(
          Number(enlisted.slice(0, 4)) +
            weighted([
              [2, 6],
              [5, 3],
              [8, 2],
              [12, 2],
              [20, 1],
            ]),
          2025,
        )}-${pick(['09', '12'])}-01`;
    const fine = family || discharged > enlisted;
    const issued = dayInYear();
    return {
      number: caseNumber('YD', issued),
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      category: family
        ? pick(['martyr-family', 'duty-death-family', 'illness-death-family'])
        : pick(['retired-soldier', 'retired-soldier', 'retired-sergeant', 'retired-officer', 'transferred']),
      card: family ? '优抚对象优待证' : '退役军人优待证',
      'enlisted-on': fine ? enlisted : null,
      'discharged-on': fine ? discharged : null,
      district: who.town.code,
      'issued-on': issued,
      'case-number': caseNumber('YT', issued),
      status: 'active',
    };
  }),
);
write(
  'marriage-booking',
  times(400, (at) => {
    const who = person(21, 40);
    const day =
      at < 60
        ? addDays('2026-11-16', [0, 1, 2, 3, 4, 7, 8, 9, 10, 11][at % 10])
        : weighted([
            [dayInYear(), 9],
            ['2026-05-20', 1],
          ]);
    return {
      number: caseNumber('HY', day),
      name: who.name,
      'id-number': who.id,
      mobile: phone(),
      'partner-name': personName(next),
      kind: weighted([
        ['结婚登记', 8],
        ['离婚登记申请', 2],
        ['补领结婚证', 0.5],
      ]),
      place: pick(['yx-civil-marriage', 'yx-civil-marriage', 'linjiang-civil', 'qingshan-civil', 'yunhu-civil']),
      day,
      slot: pick(['am1', 'am2', 'pm1', 'pm2']),
      district: who.town.code,
      status:
        day > today
          ? 'booked'
          : weighted([
              ['done', 9],
              ['missed', 0.6],
              ['cancelled', 0.6],
            ]),
    };
  }),
);

// ---- business ----
const shops = [
  ['62', '小吃服务；餐饮服务', ['面馆', '小吃店', '饺子馆', '茶餐厅', '火锅店', '早点铺']],
  ['52', '食品、日用百货零售', ['便利店', '超市', '水果店', '文具店', '五金店', '服装店']],
  ['80', '理发及美容服务；洗染服务', ['理发店', '洗衣店', '美容店']],
  ['81', '机动车修理和维护', ['汽修店', '电动车维修部']],
  ['82', '家政服务', ['家政服务部', '开锁服务部']],
  ['51', '农副产品批发', ['粮油批发部', '水产批发部']],
];
const shop = () => {
  const [industry, scope, kinds] = weighted([
    [shops[0], 5],
    [shops[1], 5],
    [shops[2], 2],
    [shops[3], 1],
    [shops[4], 1],
    [shops[5], 1],
  ]);
  const { town, address } = place();
  return {
    industry,
    scope,
    town,
    address,
    title: `云溪市${town.county.name}${pick(surnameMarks)}${pick(['记', '氏', '家', '兴', '福', '隆'])}${pick(['', '老', '小', '鲜', '美'])}${pick(kinds)}`,
  };
};
const surnameMarks = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
write(
  'business-licence',
  times(900, () => {
    const { industry, scope, town, address, title } = shop();
    const who = person(20, 62);
    const registered = next() < 0.6 ? dayInYear() : addDays(today, -between(366, 4200));
    return {
      number: caseNumber('GT', registered),
      name: title,
      operator: who.name,
      'id-number': who.id,
      form: next() < 0.2 ? '家庭经营' : '个人经营',
      industry,
      scope,
      district: town.code,
      address,
      capital: pick([1, 2, 3, 5, 5, 10, 20, 50]),
      staff: between(1, 9),
      'registered-on': registered,
      mobile: phone(),
      'case-number': caseNumber('GS', registered),
      status: weighted([
        ['1', 92],
        ['4', 6],
        ['7', 1],
        ['2', 1],
      ]),
    };
  }),
);
write(
  'food-operator',
  times(700, () => {
    const { town, address, title } = shop();
    const kind = weighted([
      ['catering', 6],
      ['food-sales', 3],
      ['canteen', 1],
    ]);
    const items =
      kind === 'food-sales'
        ? pick([['bulk-food'], ['bulk-food', 'bulk-cooked'], ['drinks']])
        : pick([
            ['hot-dish'],
            ['hot-dish', 'cold-dish'],
            ['hot-dish', 'cold-meat'],
            ['drinks', 'cake'],
            ['hot-dish', 'raw-food'],
            ['hot-dish', 'group-meal'],
          ]);
    const issued = next() < 0.4 ? dayInYear() : addDays(today, -between(366, 1950));
    const until = addYears(issued, 5);
    return {
      number: caseNumber('JY9901', issued),
      name:
        kind === 'canteen'
          ? `云溪市${town.county.name}${town.name.replace(/街道|镇|乡/, '')}${pick(['中心小学', '初级中学', '幼儿园', '医院', '机关'])}食堂`
          : title,
      'credit-code': credit(kind === 'canteen' ? '12' : '92', town.county.code),
      'legal-representative': personName(next),
      district: town.code,
      address,
      kind,
      items: items.join(','),
      area: kind === 'canteen' ? between(120, 900) : between(12, 260),
      'safety-officer': personName(next),
      online: next() < 0.45,
      risky: items.some((item) => ['raw-food', 'cold-meat', 'group-meal'].includes(item)),
      'issued-on': issued,
      until,
      'case-number': caseNumber('SP', issued),
      status:
        until < today
          ? 'expired'
          : weighted([
              ['active', 95],
              ['cancelled', 4],
              ['revoked', 1],
            ]),
    };
  }),
);
const firms = times(160, (at) => {
  const county = pick(counties);
  const brand = pick('云江瑞恒鼎盛宏泰华信博远中科天成金桥海纳东方'.match(/../g)) + (at % 7 === 0 ? '集团' : '');
  return {
    name: `云溪${brand}${pick(['建设工程', '电子科技', '食品', '机械制造', '物流', '环保科技', '园林', '市政'])}${pick(['有限公司', '有限公司', '股份有限公司'])}`,
    code: credit('91', county.code),
    county,
  };
});
write(
  'credit-certificate',
  firms.map((firm) => {
    const issued = dayInYear();
    const years = between(1, 4);
    return {
      number: caseNumber('XY', issued),
      name: firm.name,
      'credit-code': firm.code,
      district: firm.county.code,
      purpose: weighted([
        ['招标投标', 5],
        ['申请财政资金', 3],
        ['上市、再融资', 1],
        ['评优评先', 1],
      ]),
      since: `${Number(issued.slice(0, 4)) - years}-01-01`,
      until: addDays(issued, -1),
      fields: pick(['市场监管、税务', '市场监管、税务、社会保险', '市场监管、生态环境、应急管理']),
      copies: between(1, 3),
      'issued-on': issued,
      'case-number': caseNumber('XB', issued),
      status: addDays(issued, 92) < today ? 'expired' : 'active',
    };
  }),
);
write(
  'road-occupation',
  times(140, () => {
    const firm = pick(firms);
    const county = pick(counties);
    const starts = addDays(dayInYear(), between(0, 20));
    const days = weighted([
      [between(3, 20), 5],
      [between(20, 90), 4],
      [between(90, 180), 1],
    ]);
    const ends = addDays(starts, days - 1);
    const [part, rate] = weighted([
      [['人行道', 0.3], 6],
      [['非机动车道', 0.5], 3],
      [['机动车道', 0.8], 1],
    ]);
    const area = between(8, 480);
    const purpose = weighted([
      ['building-site', 6],
      ['scaffold', 2],
      ['event', 2],
      ['materials', part === '机动车道' ? 0 : 1],
    ]);
    return {
      number: caseNumber('ZD', starts),
      name: firm.name,
      'credit-code': firm.code,
      contact: personName(next),
      mobile: phone(),
      district: county.code,
      road: `${county.name}${pick(['人民路', '建设路', '江滨路', '松涛路', '云栖路'])}${between(1, 300)}号门前`,
      part,
      purpose,
      area,
      'starts-on': starts,
      'ends-on': ends,
      fee: purpose === 'event' ? 0 : Math.round(area * days * rate * 100) / 100,
      'case-number': caseNumber('DL', starts),
      status: ends < today ? 'expired' : 'active',
    };
  }),
);
write(
  'tree-felling-permit',
  times(90, () => {
    const { town, address } = place();
    const issued = dayInYear();
    const trees = times(between(1, 3), () => ({
      species: pick(['香樟', '法国梧桐', '杨树', '银杏', '女贞', '雪松']),
      girth: between(12, 60),
      count: between(1, 8),
    }));
    const count = trees.reduce((sum, tree) => sum + tree.count, 0);
    return {
      number: caseNumber('LH', issued),
      name: next() < 0.5 ? pick(firms).name : `${town.county.name}${pick(['锦绣', '江声', '松涛', '云栖'])}小区业主委员会`,
      contact: personName(next),
      mobile: phone(),
      district: town.code,
      place: address,
      reason: weighted([
        ['safety', 3],
        ['light', 4],
        ['construction', 3],
        ['dead', 1],
        ['disease', 1],
      ]),
      action: weighted([
        ['砍伐', 5],
        ['迁移', 3],
        ['重度修剪', 4],
      ]),
      trees,
      total: count,
      replant: count + between(0, 4),
      'replant-by': addDays(issued, 180),
      'issued-on': issued,
      until: addDays(issued, 90),
      'case-number': caseNumber('YL', issued),
      status: addDays(issued, 90) < today ? 'expired' : 'active',
    };
  }),
);
write(
  'social-organisation',
  times(150, (at) => {
    const { town, address } = place();
    const type = weighted([
      ['51', 5],
      ['52', 6],
      ['53', 0.4],
    ]);
    const field = pick([
      '志愿服务',
      '餐饮行业',
      '茶文化',
      '书法',
      '老年体育',
      '物业管理',
      '青少年发展',
      '科技创新',
      '环境保护',
      '电子商务',
      '社区服务',
      '戏曲',
    ]);
    const registered = next() < 0.25 ? dayInYear() : addDays(today, -between(366, 7000));
    return {
      number: caseNumber('SZ', registered),
      name: `云溪市${at % 3 === 0 ? '' : town.county.name}${field}${{ 51: pick(['协会', '联合会', '学会', '商会']), 52: pick(['服务中心', '促进中心', '研究院']), 53: '基金会' }[type]}`,
      'credit-code': credit(type, town.county.code),
      type,
      category: pick(['学术性', '行业性', '专业性', '联合性']),
      'legal-representative': personName(next),
      mobile: phone(),
      supervisor: next() < 0.5 ? pick(['云溪市民政局', '云溪市科学技术协会', '云溪市文学艺术界联合会']) : null,
      scope: `${field}交流、培训与服务`,
      district: town.code,
      address,
      funds: type === '53' ? between(200, 800) : between(3, 50),
      members: type === '51' ? between(50, 380) : null,
      'registered-on': registered,
      'case-number': caseNumber('SH', registered),
      status: weighted([
        ['active', 94],
        ['cancelled', 4],
        ['revoked', 2],
      ]),
    };
  }),
);
console.log(`${total} rows`);
