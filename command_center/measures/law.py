"""The articles that measures are checked against; ceilings and deadlines are in `deadlines/`."""

from __future__ import annotations

from command_center.deadlines.rulepack import LawRef

CIVIL_PROCEDURE_256 = LawRef("民事诉讼法", "256", "2023")
SEIZURE_RULES_3 = LawRef(
    "最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", "3", "2020"
)
SEIZURE_RULES_18 = LawRef(
    "最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", "18", "2020"
)
QUEUE_AFTER_DISPOSAL = LawRef(
    "最高人民法院关于查封法院全部处分标的物后轮候查封的效力问题的批复（法函〔2007〕100号）", "", ""
)
INTERPRETATION_168 = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "168", "2022")
INTERPRETATION_463 = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "463", "2022")
INTERPRETATION_485 = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "485", "2022")
SEARCH_RULES = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "494至498", "2022")
CIVIL_PROCEDURE_261 = LawRef("民事诉讼法", "261", "2023")
CASH_RULES_6 = LawRef("执行款物管理规定（法发〔2006〕11号）", "6", "2006")
CIVIL_PROCEDURE_87 = LawRef("民事诉讼法", "87", "2023")
CIVIL_PROCEDURE_89 = LawRef("民事诉讼法", "89", "2023")
CIVIL_PROCEDURE_241 = LawRef("民事诉讼法", "241", "2023")
CIVIL_PROCEDURE_239 = LawRef("民事诉讼法", "239", "2023")
FOOTAGE_RULES_4 = LawRef("最高人民法院关于人民法院庭审录音录像的若干规定", "4", "2017")
FOOTAGE_RULES_9 = LawRef("最高人民法院关于人民法院庭审录音录像的若干规定", "9", "2017")
FOOTAGE_RULES_18 = LawRef("最高人民法院关于人民法院庭审录音录像的若干规定", "18", "2017")
TWO_OFFICERS = LawRef("执行工作双人执行惯例", "", "")
REFUSAL_WITNESSED = LawRef("拒绝、阻碍执行的见证惯例", "", "")
TWO_RECORDERS = LawRef("人民法院执法记录仪使用管理规定（地方）", "", "")
INTERPRETATION_482 = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "482", "2022")
CIVIL_PROCEDURE_118 = LawRef("民事诉讼法", "118", "2023")
CIVIL_PROCEDURE_254 = LawRef("民事诉讼法", "254", "2023")
(
    SEIZURE_RULES_2,
    SEIZURE_RULES_6,
    SEIZURE_RULES_9,
    SEIZURE_RULES_12,
    SEIZURE_RULES_19,
    SEIZURE_RULES_25,
    SEIZURE_RULES_28,
) = (
    LawRef("最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", article, "2020")
    for article in ("2", "6", "9", "12", "19", "25", "28")
)
