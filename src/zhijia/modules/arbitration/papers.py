"""The words of the papers, in the forms of the trade: who signs them is the worker, and the union has drawn them up."""

PARTIES = """申请人：{worker}，{particulars}

被申请人：{employer}，住所：{seat}；法定代表人（主要负责人）：{principal}
"""
SIGNED = "\n此致\n\n{commission}\n\n{free}\n"
APPLICATION = f"""# 劳动人事争议仲裁申请书

{PARTIES}
## 仲裁请求
{{table}}

以上各项金额合计人民币{{total}}元（大写：{{total_capital}}）。
## 事实和理由
{{reasons}}
## 证据和证据来源
{{evidence}}
{SIGNED}
附：本申请书副本一份（按被申请人人数提交）、证据清单及证据复印件、身份证明。

劳动争议仲裁不收费（劳动争议调解仲裁法第五十三条）。
"""
EVIDENCE = """# 证据清单

{worker}与{employer}劳动争议一案，申请人提交证据如下：

{table}

与争议事项有关的证据由用人单位掌握管理的，请仲裁庭依照劳动争议调解仲裁法第三十九条要求用人单位在指定期限内提供。

{free}
"""
POWER = """# 授权委托书

委托人：{worker}，{particulars}

受委托人：{agent}

委托人因与{employer}劳动争议一案，委托上列受委托人担任代理人，代理仲裁、诉讼和执行活动。委托权限：{scope}

{free}

受委托人（签名）：
"""
REPRESENTATIVES = """# 推举代表人名单

{employer}职工{people}人因{matter}发生争议，有共同请求。依照劳动争议调解仲裁法第七条，推举下列职工为代表人，参加调解、仲裁或者诉讼活动：

{table}

代表人的行为对其所代表的职工发生效力；变更、放弃请求或者进行和解，应当经被代表的职工同意。

{free}

推举人（全体签名，另附签名页）：
"""
POSTPONEMENT = (
    """# 延期开庭申请书

{commission}已通知于{hearing}开庭审理{worker}与{employer}劳动争议一案（案号：{commission_no}）。申请人因下列正当理由不能按期到庭：{postpone_reason}

依照劳动争议调解仲裁法第三十五条，请求另定开庭日期。
"""
    + SIGNED
)
ADVANCE = (
    """# 先予执行申请书

申请人：{worker}，{particulars}

被申请人：{employer}，住所：{seat}
## 请求事项
裁决被申请人先行支付人民币{advance}元（大写：{advance_capital}），并移送人民法院执行。
## 事实和理由
本案（案号：{commission_no}）当事人之间权利义务关系明确，不先予执行将严重影响申请人的生活：{advance_reason}

依照劳动争议调解仲裁法第四十四条，申请先予执行；劳动者申请先予执行的，可以不提供担保。
"""
    + SIGNED
)
COMPLAINT = """# 民事起诉状

原告：{worker}，{particulars}

被告：{employer}，住所：{seat}；法定代表人（主要负责人）：{principal}
## 诉讼请求
{table}

以上各项金额合计人民币{total}元（大写：{total_capital}）。诉讼费用由被告负担。
## 事实和理由
{reasons}

{ground}
## 证据和证据来源
{evidence}

此致

{court}

{free}

附：本起诉状副本、{proof_of_arbitration}、证据清单及证据复印件。
"""
ENFORCEMENT = """# 强制执行申请书

申请执行人：{worker}，{particulars}

被执行人：{employer}，住所：{seat}；法定代表人（主要负责人）：{principal}
## 请求事项
强制被执行人履行{title}确定的给付义务，扣除已经收到的部分，尚欠人民币{owed}元（大写：{owed_capital}），并支付迟延履行期间的债务利息。
## 事实和理由
{title}已经发生法律效力，{perform}被执行人没有履行。依照{law}，申请强制执行。

此致

{court}

{free}

附：{title}、送达证明、身份证明。
"""
CLOSING = """# 办结告知书

您与{employer}的劳动争议，我会协助办理，现告知办理结果和您还可以怎么办。
## 办理结果
{result}
## 您还可以怎么办
{ways}

{advice}

{free}

以上日期自您收到有关文书之日起按法律规定计算，请以文书上的送达日期为准；有变化请马上告诉我们。
"""
ORDER = """# 支付令申请书

申请人：{worker}，{particulars}

被申请人：{employer}，住所：{seat}；法定代表人（主要负责人）：{principal}
## 请求事项
请求人民法院向被申请人发出支付令，责令其支付{matter}人民币{amount}元（大写：{amount_capital}）。
## 事实和理由
{reasons}

{law}

双方没有其他债务纠纷，支付令能够送达被申请人。
## 证据
{proofs}

此致

{court}

{free}

附：调解协议书或者工资欠条等债权凭证复印件、身份证明。
"""
ORDER_ENFORCEMENT = """# 强制执行申请书

申请执行人：{worker}，{particulars}

被执行人：{employer}，住所：{seat}；法定代表人（主要负责人）：{principal}
## 请求事项
强制被执行人履行{court}支付令（案号：{court_no}），尚欠人民币{owed}元（大写：{owed_capital}），并支付迟延履行期间的债务利息。
## 事实和理由
被执行人于{served}收到支付令，十五日内既不清偿债务，也没有提出书面异议。依照民事诉讼法第二百二十七条，申请强制执行。

此致

{court}

{free}

附：支付令、送达证明、身份证明。
"""
