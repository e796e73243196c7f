import { BarChart, GaugeChart, LineChart, PieChart, RadarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, RadarComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart, LineChart, PieChart, RadarChart, GaugeChart, GridComponent, TooltipComponent, LegendComponent, TitleComponent, RadarComponent,
  AriaComponent, SVGRenderer,
]);

// After Okabe and Ito: told apart by readers who do not see red and green, and by grey printers.
const colours = ['#1f6fd1', '#e08a00', '#1a9a77', '#b4508f', '#56b1e0', '#7a6a00', '#c8502a', '#5b6770'];

// Series that mean something good or bad: late is never green, whatever its place.
const tones = { danger: '#c8502a', warning: '#e08a00', success: '#1a9a77' };

export function mount(element) {
  const data = JSON.parse(element.dataset.chart);
  const canvas = element.querySelector('.zt-chart-canvas');
  canvas.hidden = false;
  canvas.setAttribute('aria-hidden', 'true'); // the table beside it says the same
  const chart = echarts.init(canvas, null, { renderer: 'svg' });
  const draw = () => chart.setOption(option(data, getComputedStyle(element)), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(canvas);
  matchMedia('print').addEventListener('change', () => chart.resize());
}

function option(data, style) {
  const ink = style.getPropertyValue('--zt-ink').trim();
  const quiet = style.getPropertyValue('--zt-ink-quiet').trim();
  const line = style.getPropertyValue('--zt-line').trim();
  const size = parseFloat(style.fontSize) * 0.86;
  const common = {
    color: colours,
    textStyle: { fontFamily: style.fontFamily, fontSize: size, color: ink },
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
    aria: { enabled: true },
    tooltip: { confine: true, valueFormatter: v => (v == null ? '—' : `${number(v)}${data.unit ? ` ${data.unit}` : ''}`) },
    legend: data.series.length > 1 || data.kind === 'pie'
      ? { bottom: 0, type: 'scroll', textStyle: { color: quiet, fontSize: size }, itemWidth: 14, itemHeight: 10 } : undefined,
  };
  return merge({ ...common, ...shape(data, { ink, quiet, line, size }) }, data.option ?? {});
}

function shape(data, look) {
  const kinds = { bar, horizontalbar, stacked, line, area, pie, radar, gauge };
  return kinds[data.kind](data, look);
}

function axes(data, look) {
  const names = { type: 'category', data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
    axisLabel: data.categories.length > 6 ? { color: look.quiet, fontSize: look.size, hideOverlap: true }
      : { color: look.quiet, fontSize: look.size, interval: 0, width: 72, overflow: 'break' } };
  // Cases and people are counted in wholes.
  const whole = data.series.every(s => s.values.every(v => v == null || Number.isInteger(Number(v))));
  const values = { type: 'value', minInterval: whole ? 1 : 0, splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.quiet, fontSize: look.size, formatter: large } };
  return { names, values, grid: { left: 8, right: 16, top: 16, bottom: data.series.length > 1 ? 36 : 8, containLabel: true } };
}

function bar(data, look, more = {}) {
  const { names, values, grid } = axes(data, look);
  return {
    grid, xAxis: names, yAxis: values, tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' }, valueFormatter: value(data) },
    series: data.series.map(s => ({ type: 'bar', name: s.name, data: s.values, barMaxWidth: 36, ...toned(s, { borderRadius: [3, 3, 0, 0] }, more) })),
  };
}

function toned(series, itemStyle, more) {
  return { ...more, itemStyle: { ...(more.itemStyle ?? itemStyle), ...(tones[series.tone] ? { color: tones[series.tone] } : {}) } };
}

function horizontalbar(data, look) {
  const { names, values, grid } = axes(data, look);
  const result = bar(data, look, { itemStyle: { borderRadius: [0, 3, 3, 0] }, barMaxWidth: 24 });
  return { ...result, grid, xAxis: values, yAxis: { ...names, inverse: true } };
}

function stacked(data, look) {
  return bar(data, look, { stack: 'all', itemStyle: {} });
}

function line(data, look, more = {}) {
  const { names, values, grid } = axes(data, look);
  return {
    grid, xAxis: { ...names, boundaryGap: false }, yAxis: values, tooltip: { trigger: 'axis', confine: true, valueFormatter: value(data) },
    series: data.series.map(s => ({ type: 'line', name: s.name, data: s.values, symbolSize: 6, showSymbol: s.values.length < 32, lineStyle: { width: 2.5 }, ...more })),
  };
}

function area(data, look) {
  return line(data, look, { areaStyle: { opacity: 0.14 } });
}

function pie(data, look) {
  const [series] = data.series;
  return {
    tooltip: { trigger: 'item', confine: true, valueFormatter: value(data) },
    series: [{
      type: 'pie', name: series.name, radius: ['38%', '58%'], center: ['50%', '46%'],
      data: data.categories.map((name, i) => ({ name, value: series.values[i] })),
      label: { color: look.ink, fontSize: look.size, formatter: '{b}\n{d}%', alignTo: 'none' }, labelLine: { length: 8, length2: 6 }, itemStyle: { borderWidth: 2, borderColor: 'transparent' },
    }],
  };
}

function radar(data, look) {
  const max = Math.max(...data.series.flatMap(s => s.values));
  return {
    tooltip: { confine: true },
    radar: {
      indicator: data.categories.map(name => ({ name, max })), axisName: { color: look.ink, fontSize: look.size },
      splitLine: { lineStyle: { color: look.line } }, splitArea: { show: false }, axisLine: { lineStyle: { color: look.line } }, radius: '62%', center: ['50%', '47%'],
    },
    series: [{ type: 'radar', data: data.series.map(s => ({ name: s.name, value: s.values, areaStyle: { opacity: 0.12 } })) }],
  };
}

function gauge(data, look) {
  return {
    series: [{
      type: 'gauge', startAngle: 210, endAngle: -30, min: 0, max: 100, radius: '92%', progress: { show: true, width: 14 }, pointer: { show: false },
      axisLine: { lineStyle: { width: 14, color: [[1, look.line]] } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: { show: false },
      title: { offsetCenter: [0, '34%'], color: look.quiet, fontSize: look.size },
      detail: { offsetCenter: [0, 0], formatter: v => `${number(v)}${data.unit ?? ''}`, color: look.ink, fontSize: look.size * 1.9 },
      data: [{ value: data.series[0].values[0], name: data.categories[0] }],
    }],
  };
}

function value(data) {
  return v => (v == null ? '—' : `${number(v)}${data.unit ? ` ${data.unit}` : ''}`);
}

function number(v) {
  return Number(v).toLocaleString('en-US', { maximumFractionDigits: 4 });
}

function large(v) {
  if (Math.abs(v) >= 1e8) return `${number(Math.round(v / 1e6) / 100)} 亿`;
  if (Math.abs(v) >= 1e4) return `${number(Math.round(v / 1e3) / 10)} 万`;
  return number(v);
}

function merge(base, more) {
  for (const [key, v] of Object.entries(more)) {
    base[key] = v && typeof v === 'object' && !Array.isArray(v) && base[key] && typeof base[key] === 'object' ? merge(base[key], v) : v;
  }
  return base;
}
