// The form designer has no hook for words: its palette and properties panel are relabelled as they appear. The drawing board, where the
// author's own words stand, is left alone.
const words = {
  'Components': '组件', 'Search components': '查找组件', 'Input': '填写', 'Selection': '选择', 'Presentation': '展示', 'Containers': '容器', 'Action': '动作', 'No components found.': '没有找到组件',
  'Text field': '单行文字', 'Text area': '多行文字', 'Number': '数字', 'Date time': '日期时间', 'Expression': '计算', 'File picker': '文件', 'Checkbox': '勾选', 'Checkbox group': '多选', 'Radio group': '单选', 'Select': '下拉', 'Tag list': '标签',
  'Text view': '说明文字', 'Image view': '图片', 'Table': '表格', 'HTML view': 'HTML', 'Document preview': '文件预览', 'Spacer': '空白', 'Separator': '分隔线', 'Group': '分组', 'Dynamic list': '动态列表', 'iFrame': '内嵌页面', 'Button': '按钮',
  'Form': '表单', 'General': '基本', 'Condition': '条件', 'Layout': '布局', 'Appearance': '外观', 'Validation': '校验', 'Custom properties': '自定义属性', 'Constraints': '约束', 'Serialization': '存储', 'Options source': '选项来源', 'Static options': '固定选项', 'Dynamic options': '动态选项', 'Options expression': '选项表达式',
  'ID': '标识', 'Key': '变量名', 'Label': '标题', 'Field label': '标题', 'Field description': '说明', 'Description': '说明', 'Default value': '默认值', 'Value': '值', 'Type': '类型', 'Name': '名称', 'Text': '文字', 'Path': '路径', 'Columns': '列数', 'Auto': '自动', 'Top': '上', 'Center': '中', 'Bottom': '下', 'Vertical alignment': '垂直对齐',
  'Read only': '只读', 'Disabled': '停用', 'Required': '必填', 'Minimum': '最小', 'Maximum': '最大', 'Minimum length': '最少字数', 'Maximum length': '最多字数', 'Validation pattern': '格式', 'Custom regular expression': '自定义正则', 'Custom error message': '出错提示', 'Email': '邮箱', 'Phone': '电话', 'Custom': '自定义',
  'Prefix': '前缀', 'Suffix': '后缀', 'Decimal digits': '小数位数', 'Increment': '步长', 'Output as string': '按文字输出', 'Searchable': '可搜索', 'Checked': '已勾选', 'Not checked': '未勾选', 'Subtype': '类型', 'Date': '日期', 'Time': '时间', 'Date & Time': '日期和时间', 'Date label': '日期标题', 'Time label': '时间标题', 'Time format': '时间格式',
  'Time interval': '间隔', 'Use 24h': '24 小时制', 'Disallow past dates': '不能选过去的日期', 'Hide if': '什么时候隐藏（FEEL）', 'Target value': '计算公式', 'Compute on': '何时计算', 'Value changes': '值变化时', 'Form submission': '提交时', 'Image source': '图片地址', 'Alternative text': '替代文字', 'Height': '高度', 'URL': '网址', 'Security attributes': '安全属性',
  'Number of rows per page': '每页行数', 'Pagination': '分页', 'Data source': '数据来源', 'Headers source': '表头来源', 'Header items': '表头', 'List of items': '固定表头', 'Show outline': '显示外框', 'Default number of items': '初始条数', 'Allow add/delete items': '可增删', 'Disable collapse': '不折叠', 'Number of non-collapsing items': '不折叠条数',
  'Supported file formats': '文件格式', 'Upload multiple files': '可传多个', 'Submit': '提交', 'Reset': '重置', 'Document reference': '文件变量', 'Input values key': '选项变量', 'Version tag': '版本标签', 'Select a form field to edit its properties.': '选中表单中的栏目后在这里设置。', 'Read-only': '只读', 'Values': '选项',
  'Binds to a form variable': '对应表单数据中的变量', 'Where the child variables of this component are pathed to.': '组内变量所在的路径', 'Toggle section': '展开或收起', 'Create': '新增', 'TEXT FIELD': '单行文字', 'FORM': '表单', 'Must be unique.': '不能重复。', 'Must not be empty.': '不能为空。', 'Search': '查找',
};

export function relabel(canvas) {
  const places = '.fjs-palette-container, .fjs-properties-container, .fjs-editor-palette-container, .fjs-editor-properties-container, .fjs-palette, .bio-properties-panel';
  const work = root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const found = words[node.data.trim()];
        if (found && node.data !== found) node.data = found;
      } else {
        for (const name of ['title', 'placeholder', 'aria-label']) {
          const found = words[node.getAttribute?.(name)];
          if (found) node.setAttribute(name, found);
        }
      }
    }
  };
  const all = () => { for (const place of canvas.querySelectorAll(places)) work(place); };
  all();
  new MutationObserver(changes => {
    for (const { target, addedNodes } of changes) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      if (!element?.closest(places)) {
        if (addedNodes.length > 0) all();
      } else if (!element.closest('.cm-editor, input, textarea')) {
        work(element);
      }
    }
  }).observe(canvas, { subtree: true, childList: true, characterData: true });
}
