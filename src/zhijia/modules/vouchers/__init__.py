"""Love meals (爱心餐) and warm packs (暖新礼包): programme, cycle, quota by place and day, claim, code, redemption,
settlement. The law of the house: one per person and day, never more than there are, every fen in the ledger.

What faces call (everything keyword-only; `now` from the clock; results say a stable `code` and a translated Verdict):

For the worker (in the worker's scope, or as the platform with an authenticated person)
    claims.offers_in(region, now)                      what can be claimed here today -> [Shown]
    puzzle.challenge(person_id, region, now)           what the device must solve first -> Challenge(text, bits)
    claims.claim(offer_id, person_id, account_id, key, now, solution)  -> Claimed(code, verdict, voucher_id)
    claims.mine(person_id, now, before_id, limit)      -> [Voucher]: eight digits and token while it can be used
    claims.one_of(person_id, voucher_id, now)          -> Voucher, or NotFound
    claims.give_back(voucher_id, person_id, now)       -> Verdict
    tokens.qr_svg(token)                               inline SVG, no style attributes

For an outlet's terminal (as the platform; terminals are no persons)
    programmes.terminal_of(header)                     -> Terminal, or Forbidden
    keys.public_hex()                                  for checking tokens offline: tokens.verify, good_at
    redeem.redeem(terminal, shown, key, now)           -> Handed(code, verdict, title, at, outlet)
    offline.upload(terminal, key, rows, count, now)    -> Answered(answers, again)
    settle.statements(terminal) / settle.answer(terminal, no, agreed, remark, now)

For union staff (in the staff scope unless said otherwise)
    programmes.add_programme / change_programme / add_outlet / set_outlet_active / enroll_terminal / revoke_terminal
    accounts.allot(org_id, fen, key, actor, now)       money for a union's programmes (leaders)
    eligibility.import_list / clear_list               phones as blind indexes, for the rule "listed"
    serve.serve(phone, name, offer_id, outlet_id, key, actor, now)   people without a phone at hand; OUTSIDE a scope
    redeem.take_back(redemption_id, reason, actor, now)              with a reversing entry; OUTSIDE a scope
    offline.open_conflicts / settle_conflict           what terminals handed out and the platform refused
    settle.owed(first, last) / settle.draft_all(...)   settlements for every outlet of a period
    figures.cycle_days(cycle_id), figures.public_days(day)           counts; public ones hidden below ten
The cycle ("voucher_cycle") and the settlement ("voucher_settlement") are services: fired through the engine like any
case. By the clock: sweep.sweep(now), every minute. Proofs: settle.verify(), ledger.balances.verify(),
ledger.quotas.verify_quotas().
"""
