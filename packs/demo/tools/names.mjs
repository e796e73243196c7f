// Common surnames and given-name characters, put together at random: nobody in particular.
const surnames = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
const given = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂建国文华志玉英辉鹏飞红梅春兰雪松晨宇浩然思远雨欣佳慧子轩嘉怡晓东海燕云峰立新永康宁安琪博雅若溪书豪亦凡景行一诺',
];

export function personName(next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  return pick(surnames) + pick(given) + (next() < 0.75 ? pick(given) : '');
}
