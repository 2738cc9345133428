"""Places as people write them on dispatches, registers and receipts: with and without 省, 市, 区, as part of one another.

Two names are the same place, two different ones, or nobody can tell: 西湖 may lie in 杭州. Different is only what
names two different cities, provinces or countries of those that everybody knows; no map is asked.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import cache, lru_cache

_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 "
    "青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
_CITIES = (
    "北京 天津 上海 重庆 香港 澳门 "
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 "
    "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 "
    "铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 "
    "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 "
    "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 "
    "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 "
    "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 "
    "黄冈 咸宁 随州 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 "
    "梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 "
    "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁 "
    "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 拉萨 日喀则 昌都 林芝 山南 那曲 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 "
    "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 西宁 海东 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 "
    "台北 高雄 台中 台南 新北 桃园"
)
_ENDINGS = "省|市|自治区|特别行政区|地区|自治州|盟|区|县|旗|镇|乡|街道"


class Same(Enum):
    """How two names of places stand to each other."""

    YES = "the same place, or one a part of the other"
    NO = "two places"
    UNKNOWN = "nobody can tell"


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(_PROVINCES.split()), frozenset(_CITIES.split())


@lru_cache(maxsize=4096)
def bare(place: str) -> str:
    """A place without what people leave out: case, width, blanks."""
    return "".join(unicodedata.normalize("NFKC", place).casefold().split())


@lru_cache(maxsize=4096)
def parts(place: str) -> tuple[str, ...]:
    """What a name is made of, the widest first: 浙江省杭州市西湖区 is 浙江, 杭州, 西湖; known names also without their endings."""
    text = bare(place)
    found = [part for part in re.split(rf"(?<=..)(?:{_ENDINGS})", text) if part]
    return tuple(piece for part in found for piece in _pieces(part))


def _pieces(part: str) -> list[str]:
    """浙江杭州 is 浙江 and 杭州, 杭州西湖 is 杭州 and 西湖: known names that stand at the beginning are taken off."""
    provinces, cities = _known()
    for length in (4, 3, 2):
        head, rest = part[:length], part[length:]
        if len(rest) > 1 and (head in provinces or head in cities):
            return [head, *_pieces(rest)]
    return [part]


def same(one: str, other: str) -> Same:
    """Whether two names are of one place: 杭州 and 浙江省杭州市西湖区 are, 杭州 and 上海 are not."""
    mine, theirs = parts(one), parts(other)
    if not mine or not theirs:
        return Same.UNKNOWN
    provinces, cities = _known()
    for known in (cities, provinces):
        here, there = [p for p in mine if p in known], [p for p in theirs if p in known]
        if here and there and here[0] != there[0]:
            return Same.NO
        if here and there and known is cities:
            return Same.YES
    if bare(one).isascii() and bare(other).isascii():
        return Same.YES if words(one) <= words(other) or words(other) <= words(one) else Same.NO
    if set(mine) & set(theirs) or bare(one) in bare(other) or bare(other) in bare(one):
        return Same.YES
    return Same.UNKNOWN


def words(place: str) -> frozenset[str]:
    """The words of a name in Latin letters."""
    return frozenset(re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", place).casefold()))
