"""What the peers computed is found equal to itself, and any changed byte is found different."""
from differential import engine, stages
from harness.report import expect


def prove(_, __, report):
    for name in engine.SHARES:
        report.check("differential", f"{name}: a comparison sees what differs", lambda name=name: sees(name))


def sees(name):
    """With the peers' own values as our answer there is no difference; with one byte changed there is."""
    module = engine.scheme(name)
    case = engine.drawn(name, "self-check", 0)
    answer = module.answer(stages.copied(case))
    found = engine.differences(name, stages.copied(case), answer)
    expect(not found, "the peer differs from itself", found)
    for step, text in answer["steps"].items():
        if text:
            wrong = answer | {"steps": answer["steps"] | {step: text[:-1] + ("0" if text[-1] != "0" else "1")}}
            expect(engine.differences(name, stages.copied(case), wrong), f"a changed byte of the {step} is not seen")
    for at, (header, value) in enumerate(answer["headers"]):
        headers = [list(pair) for pair in answer["headers"]]
        headers[at] = [header, value + "x"]
        expect(engine.differences(name, stages.copied(case), answer | {"headers": headers}), f"a changed {header} is not seen")
    wrong = answer | {"url": answer["url"] + "/"}
    expect(engine.differences(name, stages.copied(case), wrong), "a changed URL is not seen")
