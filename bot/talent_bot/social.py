"""What is said to a greeting, thanks, off-topic talk, another city, or an attempt to bend the rules."""

from __future__ import annotations

from collections.abc import Mapping

from talent_bot.words import marked

SOCIAL: Mapping[str, tuple[str, ...]] = {
    "greet": (marked("您好！"), marked("您好，请讲。"), marked("在的，您说。")),
    "thanks": (marked("不客气，很高兴帮上忙。"), marked("不用谢。"), marked("应该的。")),
    "chitchat": (
        marked("这个我帮不上，我只懂人才待遇。"),
        marked("咱们说回人才待遇吧。"),
        marked("这个不在我会的范围里。"),
    ),
    "who_are_you": (
        marked("我是自动测算的程序，按公布的文件逐条算，不是工作人员。要找人，请说“找人工”。"),
        marked("我是程序，不是真人；要找人，请说“找人工”。"),
        marked("还是我，测算人才待遇的程序。"),
    ),
    "complaint": (
        marked("抱歉让您不满意。哪里不对，直接说“不对，是……”，我马上改。"),
        marked("对不起，我会改。您可以说“改答案”或“找人工”。"),
        marked("听到了，抱歉。"),
    ),
    "other_city": (
        marked("我只懂鄂尔多斯的政策，别的城市请看当地人社部门的公告。"),
        marked("别的城市我没有资料，不敢乱说。"),
        marked("只说鄂尔多斯的，其他城市请问当地。"),
    ),
    "out_of_scope": (
        marked("这个不在我的范围里，我只说鄂尔多斯的人才待遇。"),
        marked("这方面我没有依据，不敢乱说。"),
        marked("这个请问主管部门。"),
    ),
    "injection": (
        marked("数额只按政策文件算，改不了；说说您的情况，我给您算。"),
        marked("我只按条文来，咱们继续。"),
        marked("这个做不了，接着算待遇吧。"),
    ),
}
