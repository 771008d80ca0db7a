"""Property that may not be sealed, seized or frozen (查扣冻规定(2020) 3), item by item, as the
officer checks it at the scene. Codes, Chinese, English."""

from __future__ import annotations

EXEMPT: tuple[tuple[str, str, str], ...] = (
    ("household", "生活必需的衣服、家具、炊具、餐具等家庭用品",
     "clothes, furniture, kitchenware that the household needs"),
    ("living", "生活必需的费用（按当地最低生活保障标准）",
     "money to live on, by the local minimum standard"),
    ("school", "完成义务教育所必需的物品", "things that compulsory schooling needs"),
    ("works", "未公开的发明、未发表的著作", "unpublished inventions and works"),
    ("aids", "身体缺陷所必需的辅助工具、医疗物品", "aids and medical things for a disability"),
    ("honours", "勋章和其他荣誉表彰的物品", "medals and other honours"),
    ("treaty", "条约、协定规定免于查封、扣押、冻结的财产", "property exempt by treaty"),
    ("other", "法律、司法解释规定的其他财产", "other property exempt by law"),
)  # fmt: skip
