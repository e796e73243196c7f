// The extension elements of urn:zhengtong:bpmn:1 as the designer shows them: what may stand where, and in which words.
const reason = { none: '不需要', optional: '可填', required: '必填' };
const who = [
  { name: 'kind', label: '按什么找人', options: {
    role: '角色', post: '岗位', group: '机构或小组', person: '指定人员', starter: '发起人（申请人）', 'same-as': '与某一步相同', expression: 'FEEL 表达式' } },
  { name: 'value', label: '角色、岗位、编号或表达式' },
  { name: 'of', label: '在哪个机构找（FEEL）', hint: '如 case.office、starter（发起人的单位）；留空为所有机构' },
];
const pick = { name: 'pick', label: '多人时', options: { claim: '谁签收谁办', all: '每人一份', 'round-robin': '轮流', 'least-loaded': '给最闲的人', first: '第一位' } };
const moment = { name: 'on', label: '什么时候', options: { enter: '到达时', complete: '办完时', expire: '超期时' } };

export const extensions = {
  assignment: { title: '办理人', fields: [...who, pick] },
  fallback: { title: '找不到人时改派', in: 'assignment', fields: [...who, pick] },
  fallback2: { element: 'fallback', title: '还找不到人时改派', in: 'fallback', fields: [...who, pick] },
  form: { title: '表单', fields: [{ name: 'key', label: '表单标识' }] },
  field: { title: '字段权限', in: 'form', many: true, name: 'name', fields: [
    { name: 'name', label: '字段' }, { name: 'title', label: '页面上的名称', hint: '申请表里没有的字段才要填' },
    { name: 'type', label: '填什么', options: { text: '文字', number: '数字', date: '日期', 'yes-no': '是或否', people: '选人', list: '多项，每行一项' } }, { name: 'access', label: '权限', options: { read: '只读', write: '可改', hidden: '隐藏' } },
    { name: 'required', label: '必填', options: { true: '是', false: '否' } }] },
  button: { title: '按钮', many: true, name: 'title', fields: [
    { name: 'key', label: '标识（即本步结果）' }, { name: 'title', label: '文字' }, { name: 'style', label: '样式', options: { primary: '主要', secondary: '次要', danger: '警示' } },
    { name: 'reason', label: '意见', options: reason }, { name: 'vote', label: '会签时算作', options: { agree: '同意', against: '反对', abstain: '弃权' } }] },
  limit: { title: '时限', fields: [
    { name: 'working-days', label: '工作日（数字或 FEEL）' }, { name: 'duration', label: '或时长', hint: '如 PT4H、P2D' }, { name: 'warn-before', label: '提前提醒', hint: '如 1（工作日）或 PT1H' },
    { name: 'on-expiry', label: '到期时', options: { notify: '提醒', escalate: '升级转交', complete: '按下面的结果自动办结（默许）' } }, { name: 'outcome', label: '自动办结的结果' }] },
  to: { title: '到期提醒或转交给', in: 'limit', fields: [...who, pick] },
  toFallback: { element: 'fallback', title: '到期时找不到人，改为', in: 'to', fields: [...who, pick] },
  sign: { title: '会签', fields: [
    { name: 'mode', label: '规则', options: { any: '一人办理即可', all: '全体同意', share: '达到比例', veto: '一票否决', weighted: '按权重' } },
    { name: 'threshold', label: '比例或分值', hint: '如 0.67' }, { name: 'weight', label: '每人权重（FEEL）' },
    { name: 'order', label: '次序', options: { parallel: '同时', sequence: '依次' } }, { name: 'agreed', label: '通过时的结果' }, { name: 'refused', label: '不通过时的结果' }] },
  skip: { title: '自动跳过', fields: [
    { name: 'same-person', label: '同一人办过', options: { no: '不跳过', previous: '上一步办过就跳过', any: '办过任何一步就跳过' } },
    { name: 'nobody', label: '找不到人', options: { incident: '报异常', skip: '跳过' } }, { name: 'when', label: '条件（FEEL）' }, { name: 'outcome', label: '跳过时的结果' }] },
  move: { title: '可用操作', many: true, name: 'name', fields: [
    { name: 'name', label: '操作', options: {
      return: '退回', recall: '撤回', 'hand-on': '转办', delegate: '委托', 'add-signer': '加签', 'remove-signer': '减签', copy: '抄送', urge: '催办',
      suspend: '挂起', terminate: '终止' } },
    { name: 'to', label: '范围', hint: '退回：previous、earlier、applicant 或步骤标识；加签：before、after、parallel；留空为全部' }, { name: 'resume', label: '退回后', options: { replay: '重新逐步办理', straight: '直接送回本步', 'replay straight': '由退回人选择' } },
    { name: 'reason', label: '理由', options: reason }] },
  clock: { title: '计时', fields: [{ name: 'mode', label: '办件时限', options: { stopped: '停止计时（补正、听证、检验）' } }] },
  notify: { title: '通知', many: true, name: 'template', fields: [moment, ...who, pick, { name: 'template', label: '通知模板' }] },
  copy: { title: '抄送阅知', many: true, name: 'value', fields: [moment, ...who, pick, { name: 'template', label: '通知模板' }] },
  service: { title: '服务', fields: [{ name: 'name', label: '服务名' }, { name: 'retries', label: '失败重试次数' }, { name: 'backoff', label: '重试间隔', hint: '如 PT5M' }] },
  decision: { title: '规则', fields: [{ name: 'key', label: '规则标识' }, { name: 'result', label: '结果存入变量' }] },
  script: { title: '结果', fields: [{ name: 'result', label: '结果存入变量' }] },
  called: { title: '调用的流程', fields: [{ name: 'process', label: '流程标识' }, { name: 'version', label: '版本', hint: '留空用最新发布的' }] },
  message: { title: '消息', fields: [{ name: 'name', label: '消息名' }, { name: 'correlation', label: '对应关系（FEEL）' }] },
  timer: { title: '按工作日计时', fields: [{ name: 'working-days', label: '工作日（数字或 FEEL）' }] },
  outcome: { title: '结局', fields: [{ name: 'value', label: '流程以什么结果结束' }] },
  each: { title: '逐个办理', fields: [
    { name: 'in', label: '名单（FEEL）' }, { name: 'item', label: '每项的变量名' }, { name: 'collect', label: '汇总到变量' }, { name: 'yield', label: '每项汇总什么（FEEL）' }] },
  input: { title: '输入', many: true, name: 'target', fields: [{ name: 'target', label: '变量' }, { name: 'source', label: '取值（FEEL）' }] },
  output: { title: '输出', many: true, name: 'target', fields: [{ name: 'target', label: '变量' }, { name: 'source', label: '取值（FEEL）' }] },
  property: { title: '附加属性', many: true, name: 'name', fields: [{ name: 'name', label: '名称' }, { name: 'value', label: '值' }] },
};

const task = ['assignment', 'fallback', 'fallback2', 'form', 'field', 'button', 'limit', 'to', 'toFallback', 'sign', 'skip', 'move', 'clock', 'notify', 'copy', 'input', 'output', 'property'];
const places = {
  'bpmn:UserTask': task,
  'bpmn:ManualTask': task,
  'bpmn:Task': ['notify', 'copy', 'input', 'output', 'property'],
  'bpmn:ServiceTask': ['service', 'notify', 'copy', 'input', 'output', 'property'],
  'bpmn:SendTask': ['service', 'message', 'notify', 'copy', 'input', 'property'],
  'bpmn:ReceiveTask': ['message', 'notify', 'copy', 'output', 'property'],
  'bpmn:BusinessRuleTask': ['decision', 'notify', 'copy', 'input', 'output', 'property'],
  'bpmn:ScriptTask': ['script', 'notify', 'copy', 'input', 'output', 'property'],
  'bpmn:CallActivity': ['called', 'notify', 'copy', 'input', 'output', 'property'],
  'bpmn:SubProcess': ['notify', 'copy', 'input', 'output', 'property'],
  'bpmn:StartEvent': ['message', 'timer', 'output', 'property'],
  'bpmn:IntermediateCatchEvent': ['message', 'timer', 'output', 'property'],
  'bpmn:BoundaryEvent': ['message', 'timer', 'output', 'property'],
  'bpmn:IntermediateThrowEvent': ['message', 'input', 'property'],
  'bpmn:EndEvent': ['outcome', 'message', 'input', 'property'],
  'bpmn:Process': ['limit', 'to', 'toFallback', 'move', 'notify', 'copy', 'property'],
};

/** Extension elements that name people; a fallback may stand in each, also in a fallback. */
export const naming = ['assignment', 'fallback', 'to', 'notify', 'copy'];

/** The XML element of an entry: fallbacks stand in several places. */
export const elementOf = name => extensions[name].element ?? name;

/** Names of the extension elements that may stand at an element. */
export function allowedAt(business) {
  const definitions = business.eventDefinitions ?? [];
  const has = type => definitions.some(d => d.$type === type);
  return (places[business.$type] ?? [])
    .filter(name => name !== 'message' || business.$type.endsWith('Task') || has('bpmn:MessageEventDefinition'))
    .filter(name => name !== 'timer' || has('bpmn:TimerEventDefinition'))
    .concat(business.loopCharacteristics?.$type === 'bpmn:MultiInstanceLoopCharacteristics' ? ['each'] : []);
}
