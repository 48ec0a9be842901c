"""The declared words of the letters of a supervision; operators set others by region (docs/guides/letters.md)."""

RECEIPT = """# 工会劳动法律监督线索收悉告知书

你于{received}反映{employer}在{matter}方面的线索，我会已经收到并予以受理。

我会将以自己的名义开展监督，不向用人单位透露线索来源。处理情况可凭事项编号{case_no}在职家查询。

如因提供线索受到打击报复，请立即告知我会。

{free}
"""
REFUSAL = """# 工会劳动法律监督线索不予受理告知书

你于{received}反映{employer}在{matter}方面的线索，我会经审查认为{ground}，决定不予受理。

{way}

{free}
"""
HEARING = """# 听取意见记录

事项：{employer}在{matter}方面的问题（编号{case_no}）。

时间：{day}。

{free}

以上记录经核对无误。

听取人（签名）：

陈述人（签名）：
"""
REMINDER = """# 工会劳动法律监督提示函

我会在工作中了解到，你单位在{matter}方面存在风险：{finding}

{law}

请你单位及时自查，{demand}，并自收到本函之日起{reply}内将情况告知我会。

{free}
"""
RECORD = """# 工会劳动法律监督调查记录

事项：{employer}在{matter}方面的问题（编号{case_no}）。

调查人：{supervisors}。调查人已向被调查单位和有关人员出示证件。

依据《中华人民共和国工会法》第二十六条，工会有权对侵犯职工合法权益的问题进行调查，有关单位应当予以协助。{cooperation}共复制材料{copies}页。

{table}

{free}

调查人（签名）：

被调查单位（签名或者盖章）：
"""
SETTLEMENT = """# 协商纪要

在我会主持下，{employer}与职工方就{matter}问题自愿协商，达成一致：{terms}{sum}。

{free}

双方应当全面履行。不履行的，我会将发出意见书，职工可以依法申请仲裁或者提起诉讼。

用人单位（盖章）：

职工方代表由工会代为确认，姓名不列入本纪要。
"""
OPINION = """# 工会劳动法律监督意见书

经我会调查，你单位在{matter}方面存在下列问题：{finding}

{law}

依据《中华人民共和国工会法》第二十三条、第二十六条，请你单位{demand}，并自收到本意见书之日起{reply}内书面答复我会。

{free}

拒不改正的，我会将提请当地人民政府及有关部门依法处理。
"""
RECOMMENDATION = """# 工会劳动法律监督建议书

我会对{employer}开展劳动法律监督，发现其在{matter}方面存在下列问题：{finding}

我会已发出意见书，{ground}。

依据《中华人民共和国工会法》第二十三条，建议贵单位依法处理：{demand}

{free}

请自收到本建议书之日起{reply}内将是否立案告知我会，并在处理完毕后告知结果。
"""
TRANSFER = """# 关于移送公益诉讼案件线索的函

我会对{employer}开展劳动法律监督，发现其在{matter}方面存在下列问题：{finding}

涉及{group}，共{people}人。{basis}。{cooperation}

我会已依法开展监督，{ground}。现将有关线索移送你院，请依法审查，并自收到之日起{reply}内将处理情况告知我会。

{free}
"""
CLOSING = """# 工会劳动法律监督结案报告

事项：{employer}在{matter}方面的问题（编号{case_no}）。

处理结果：{outcome}。受益职工{workers}人，追回金额人民币{recovered}元。

截至{day}，我会共向{asked}名职工核实，其中{agreeing}人认为已经整改。

{table}

{free}
"""
