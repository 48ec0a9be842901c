"""Stories told for the demonstration, all invented. {e} an employer, {m} months, {y} yuan, {n} people, {d} days, {p} a
county."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Story:
    """One template: the category that the worker (or the agent) chose, what happened and what is wanted."""

    category: str
    text: str
    wish: str = ""
    weight: int = 1


STORIES = (
    Story("wages", "我在{e}干了{m}个月，工资一直没发，合计{y}元。老板说甲方没给钱，让再等等。", "把欠的工资要回来", 8),
    Story("wages", "{e}每月押半个月工资，我上月底辞工，押的{y}元到今天没结。打电话说财务出差了。", "结清押的工资", 5),
    Story("wages", "在{p}的工地上做木工，包工头说好一天380，干了{d}天只给了生活费，还差{y}元。", "要回工钱", 5),
    Story("wages", "{e}突然说效益不好，全车间降薪两成，没有人同意也没有签字，这个月已经少发{y}元。", "补发", 3),
    Story("wages", "离职的时候{e}以打碎设备为由扣了我{y}元，工资条上写的是罚款。", "退回扣的钱", 2),
    Story("overtime", "{e}每天上班12小时，一个月只休两天，加班费按每小时十块钱算，说是都这样。", "按规定补加班费", 4),
    Story("overtime", "国庆那几天{e}要求全员到岗，事后只给调休，法定假日也没有三倍。", "补发差额", 3),
    Story("overtime", "仓库夜班连续上了{d}天，请求休息一天，组长说不来就算旷工。", "安排休息", 2),
    Story("leave", "在{e}做了六年，一次年休假也没有休过，去年也没给钱，人事说没有这个规定。", "补年休假的钱", 3),
    Story("leave", "父亲去世请三天丧假，{e}扣了全勤奖和三天工资。", "退还扣款", 2),
    Story("contract", "进{e}{m}个月了，一直没有签书面合同，只在本子上按了手印。想知道怎么办。", "签合同", 4),
    Story("contract", "试用期说好三个月，现在{m}个月了{e}还说没有转正，工资只发八成。", "转正并补差", 3),
    Story("contract", "{e}让我们转到一家派遣公司重新签合同，说不签就不用来了，原来的工龄也不认。", "保留工龄", 2),
    Story("dismissal", "在{e}做了{m}个月，昨天主管口头说不用来上班了，没有书面材料，也不提补偿。", "要经济补偿", 6),
    Story("dismissal", "{e}搬到{p}去，说不去的算自动离职。我在这里住了十年，孩子上学走不开。", "要经济补偿", 3),
    Story("dismissal", "{e}裁了我们{n}个人，补偿按最低工资算，可我们每月拿六千多。", "按实际工资算补偿", 2),
    Story("dismissal", "辞职一个月了，{e}不给离职证明，新单位等着要，社保也转不出来。", "开离职证明", 2),
    Story("insurance", "在{e}上班四年，刚查到社保只缴了{m}个月，人事说入职时我签过自愿放弃。", "补缴社保", 5),
    Story("insurance", "{e}按最低基数给我们交养老保险，实际工资差了一倍。", "按实际工资缴", 3),
    Story("insurance", "被{e}辞退后去领失业金，窗口说单位没有办减员，来回跑了三趟。", "办减员手续", 2),
    Story("injury", "在{e}操作冲床时右手两根手指受伤，住院{d}天，单位垫了一点钱就不管了，也不报工伤。", "认定工伤", 4),
    Story("injury", "下夜班骑车回家路上被撞骨折，交警认定对方全责，{e}说下班路上不归他们管。", "认定工伤", 3),
    Story("injury", "给{e}送货时在{p}摔伤了腿，站点说我们是合作关系，不算工伤。", "确认关系，认定工伤", 2),
    Story("safety", "{e}喷漆车间没有排风，口罩一周发一个，几个人都头晕，体检也没有做过。", "改善通风，安排体检", 3),
    Story("safety", "夏天车间四十多度，没有降温，也没有发过高温津贴，上周有人中暑。", "降温和津贴", 2),
    Story("safety", "{p}工地上没有安全绳就让我们上高空作业，今天有人差点坠落，现在还在干。", "马上停下来", 1),
    Story("women", "怀孕五个月，{e}把我从办公室调到仓库搬货，说不服从就算旷工。", "调回原岗", 3),
    Story("women", "休完产假回来，{e}说岗位没有了，只能去{p}上班，哺乳时间也不给。", "恢复岗位", 2),
    Story("women", "车间主管经常说下流话还动手动脚，我不敢声张，怕丢工作。", "处理主管，替我保密", 1),
    Story("platform", "跑外卖{m}个月，系统把我误判超时扣了{y}元，申诉三次都是机器回复。", "退回扣款", 4),
    Story("platform", "开网约车，平台突然封号，说有人投诉，不给看证据，押金{y}元也不退。", "解封，退押金", 3),
    Story("platform", "我们站点{n}个骑手，配送单价说降就降，从来没有商量过。", "同站点谈一次单价", 1),
    Story("union", "我们{n}个人想在{e}建工会，经理找带头的人谈话，说谁签名谁走人。", "帮我们建会", 2),
    Story("union", "工会三年没有换届，集体合同的内容职工都不知道。", "按期换届，公开合同", 1),
    Story("hardship", "我在{e}上班，爱人得了大病，一年自费{y}元，孩子还在上学，想申请困难补助。", "困难补助", 3),
    Story("hardship", "孩子考上大学，学费凑不齐，听说工会有助学金，我是{e}的职工。", "申请助学", 1),
    Story("other", "邻居装修把我家墙砸裂了，说了几次都不理，请问该找谁？", "", 2),
    Story("other", "和前夫离婚两年，抚养费一直不给，能不能帮我要？", "", 2),
)  # fmt: skip

MASS = Story(
    "wages",
    "我们{n}个人在恒澜建筑劳务有限公司做钢筋工，三个月工资没发，人均{y}元，项目快完工了，怕人一走就没有了。",
    "发工资",
)
FIRST = (
    Story(
        "wages",
        "我在白鹭湖酒店管理有限公司做客房服务员，8 月和 9 月的工资没有发，一共 6600 元，经理说等旺季过了再说。",
        "把两个月工资发给我",
    ),
    Story("overtime", "酒店中秋、国庆都让我们上班，只给了调休，没有三倍工资。", "补发加班费"),
    Story("insurance", "在酒店上班两年，社保只缴了十四个月，前面十个月没有缴。", "补缴"),
)
"""The three matters of the worker 13800000001: running, waiting for her word, closed."""


def tell(story: Story, rng: Random, *, employer: str, place: str) -> dict[str, object]:
    """The story with its blanks filled, as the answers of the intake form."""
    fill = {
        "e": employer, "p": place, "m": rng.randint(2, 14), "n": rng.randint(4, 9), "d": rng.randint(6, 26),
        "y": rng.randrange(18, 260) * 100,
    }  # fmt: skip
    return {
        "story": story.text.format(**fill), "wish": story.wish, "category": story.category,
        "employer_name": employer if "{e}" in story.text else "",
        "channel": rng.choices(("phone", "app", "partner", "letter"), (6, 5, 1, 1))[0],
    }  # fmt: skip
