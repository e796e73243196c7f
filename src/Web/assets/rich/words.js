// Chinese for the BPMN and DMN designers: event and gateway names are put together from parts, the rest is looked up.
import { dmn } from './words-dmn.js';

const bpmn = {
  'Activate hand tool': '拖动画布', 'Activate lasso tool': '框选', 'Activate create/remove space tool': '拉开或收拢空间', 'Activate global connect tool': '连线',
  'Create start event': '开始', 'Create intermediate/boundary event': '中间事件', 'Create end event': '结束', 'Create gateway': '网关', 'Create task': '任务',
  'Create expanded sub-process': '子流程', 'Create data object reference': '数据对象', 'Create data store reference': '数据库', 'Create pool/participant': '参与方（泳池）',
  'Create group': '分组框', 'Create element': '创建元素', 'Create': '创建',
  'Append task': '接任务', 'Append end event': '接结束', 'Append gateway': '接网关', 'Append intermediate/boundary event': '接中间事件', 'Append receive task': '接接收任务',
  'Append message intermediate catch event': '接等待消息', 'Append timer intermediate catch event': '接定时等待', 'Append conditional intermediate catch event': '接等待条件',
  'Append signal intermediate catch event': '接等待信号', 'Append compensation activity': '接补偿活动', 'Append element': '接续元素', 'Append {type}': '接{type}',
  'Add text annotation': '加注释', 'Add lane above': '在上方加泳道', 'Add lane below': '在下方加泳道', 'Divide into two lanes': '分成两条泳道', 'Divide into three lanes': '分成三条泳道',
  'Change element': '换类型', 'Change type': '换类型', 'Connect to other element': '连到其他元素', 'Connect using association': '用关联线连接', 'Connect using data input association': '用数据线连接',
  'Delete': '删除', 'Remove': '移除', 'Align elements': '对齐', 'Distribute elements horizontally': '水平均分', 'Distribute elements vertically': '垂直均分', 'Open {element}': '打开{element}',
  'Search in diagram': '在图中查找', 'Search': '查找', 'Elements': '元素', 'Parallel multi-instance': '同时多份', 'Sequential multi-instance': '依次多份', 'Loop': '循环',
  'Participant multiplicity': '多个参与方', 'Collection': '集合', 'Toggle non-interrupting': '切换是否中断', 'Set color': '颜色', 'No elements found': '没有找到',
  'Empty pool/participant': '空泳池', 'Expanded pool/participant': '展开的泳池', 'Empty pool': '空泳池', 'Expanded pool': '展开的泳池',
  'Task': '任务', 'User task': '人工任务', 'Service task': '服务任务', 'Send task': '发送任务', 'Receive task': '接收任务', 'Manual task': '线下任务', 'Business rule task': '规则任务',
  'Script task': '计算任务', 'Call activity': '调用流程', 'Sub-process': '子流程', 'Sub-process (collapsed)': '子流程（收起）', 'Sub-process (expanded)': '子流程（展开）',
  'Event sub-process': '事件子流程', 'Ad-hoc sub-process': '自由子流程', 'Ad-hoc sub-process (collapsed)': '自由子流程（收起）', 'Ad-hoc sub-process (expanded)': '自由子流程（展开）', 'Transaction': '事务',
  'Exclusive gateway': '排他网关', 'Parallel gateway': '并行网关', 'Inclusive gateway': '包容网关', 'Complex gateway': '复杂网关', 'Event-based gateway': '事件网关',
  'Event based instantiating Gateway': '事件启动网关', 'Parallel Event based instantiating Gateway': '并行事件启动网关', 'Sequence flow': '连线', 'Default flow': '默认连线', 'Conditional flow': '条件连线',
  'Data object reference': '数据对象', 'Data store reference': '数据库', 'Text annotation': '注释', 'Group': '分组框', 'Start event': '开始事件', 'End event': '结束事件', 'Intermediate throw event': '中间抛出事件',
  'Boundary event': '边界事件', 'Tasks': '任务', 'Gateways': '网关', 'Events': '事件', 'Sub-processes': '子流程', 'Data': '数据', 'Participants': '参与方',
  'Process': '流程', 'Collaboration': '协作', 'Participant': '参与方', 'Lane': '泳道', 'User Task': '人工任务', 'Service Task': '服务任务', 'Exclusive Gateway': '排他网关', 'Start Event': '开始', 'End Event': '结束',
  // Properties panel
  'General': '基本', 'Documentation': '说明', 'Element documentation': '元素说明', 'Process documentation': '流程说明', 'Name': '名称', 'ID': '标识', 'Process ID': '流程标识', 'Process name': '流程名称',
  'Participant ID': '参与方标识', 'Participant Name': '参与方名称', 'Executable': '可执行', 'Version tag': '版本标签', 'Multi-instance': '多份办理', 'Loop cardinality': '份数', 'Completion condition': '结束条件', 'Collection ': '集合',
  'Message': '消息', 'Global message reference': '消息', 'Signal': '信号', 'Global signal reference': '信号', 'Error': '错误', 'Global error reference': '错误', 'Code': '代码', 'Escalation': '升级',
  'Global escalation reference': '升级', 'Timer': '定时', 'Type': '类型', 'Value': '值', 'Date': '日期', 'Duration': '时长', 'Cycle': '周期', 'Link': '链接', 'Compensation': '补偿', 'Activity reference': '补偿哪一步',
  'Wait for completion': '等待完成', 'Condition': '条件', 'Format': '格式', 'Text': '文字', 'Create new ...': '新建…', '<none>': '（无）', 'Section contains data': '有内容', 'Toggle section': '展开或收起', 'Create new list item': '新增',
  'ID must be unique.': '标识不能重复。', 'ID must not be empty.': '标识不能为空。', 'ID must not contain spaces.': '标识不能有空格。', 'ID must be a valid QName.': '标识不合规则。', 'ID must not contain prefix.': '标识不能带前缀。',
  'Select an element to edit its properties.': '选中图中的元素后在这里设置。', 'Multiple elements are selected. Select a single element to edit its properties.': '选中了多个元素，请只选一个。', 'Create new list item ': '新增',
  'Created in': '创建于', 'How to configure a timer': '定时的写法', 'Label': '标签', 'true': '是', 'false': '否', 'Is interrupting': '中断', 'Source': '来源', 'Target': '目标',
};

const kinds = {
  Message: '消息', Timer: '定时', Conditional: '条件', Signal: '信号', Error: '错误', Escalation: '升级', Compensation: '补偿', Cancel: '取消', Terminate: '终止', Link: '链接',
};
const places = {
  'start event': '开始', 'end event': '结束', 'boundary event': '边界事件', 'intermediate catch event': '等待', 'intermediate throw event': '抛出',
};

function event(text) {
  const match = /^(\w+) (start event|end event|boundary event|intermediate catch event|intermediate throw event)( \(non-interrupting\))?$/i.exec(text);
  const kind = match && kinds[match[1]];
  return kind ? kind + places[match[2].toLowerCase()] + (match[3] ? '（不中断）' : '') : null;
}

export function translate(text, values = {}) {
  const found = bpmn[text] ?? dmn[text] ?? event(text) ?? text;
  return found.replace(/{\s*(\w+)\s*}/g, (_, name) => values[name] ?? `{${name}}`);
}

export const translator = { translate: ['value', translate] };
