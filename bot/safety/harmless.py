"""Wordings that only sound like danger: figures of speech, denials, and what is long past.

They are blanked in a reading before the rules look at it; the rest of the message stays. Each row has what it blanks
and a message of real danger that it must leave whole. The syntax is RE2's, which never backtracks.
"""

from dataclasses import dataclass

import re2

_I = r"(?:i|we)"
_LONG_AGO = (
    r"(?:(?:many |some |a few |several |\w+ )?years ago|(?:a|one|over a|about a) year ago|years back|decades ago"
    r"|ages ago|long ago"
    r"|(?:back )?in (?:19|20)\d\d|in (?:college|school|high school|my (?:teens|twenties|thirties|youth))"
    r"|(?:back )?when i was (?:a |an |\w+ )?(?:teen\w*|kid|child|lad|girl|boy|young\w*|student|little|\d+|in \w+)"
    r"|as a (?:teen\w*|kid|child|lad|girl|boy|student|toddler|baby|\w+ student)"
    r"|(?:at|aged|from age) (?:\d{1,2}|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty)|back in the day|(?:in|during) (?:the )?(?:lockdown|nineties|eighties|seventies)"
    r"|another (?:century|lifetime|life)"
    r"|when i was in \w+|last century|before (?:treatment|the (?:treatment|infusions?)|ketamine)"
    r"|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|twelve|fifteen) (?:years|decades) (?:clean|free"
    r"|sober|back))"
)
_SELF = (
    r"(?:kill\w*|harm\w*|hurt\w*|cut\w*|hang\w*|shoot\w*) my ?self|(?:end\w*|tak\w*) my (?:own )?life"
    r"|commit\w* suicide"
    r"|die|be dead|attempt\w*|suicide|overdos\w*|too many pills|self ?harm\w*"
)


@dataclass(frozen=True, slots=True)
class Harmless:
    """One wording: its id, its pattern, a message that holds it, and one of real danger that it must not touch."""

    id: str
    pattern: str
    blanks: str
    keeps: str

    def compiled(self) -> "re2._Regexp":
        """Return the pattern, compiled."""
        return re2.compile(self.pattern)


HARMLESS = (
    Harmless(
        "killing-time",
        r"\bkill(?:ing|s|ed)? (?:some |the |a bit of )?(?:time|an hour|a few hours|the mood|the vibe|two birds"
        r"|it\b|the (?:engine|lights?|music|pain))",
        "just killing time before my slot",
        "killing myself tonight",
    ),
    Harmless(
        "is-killing-me",
        r"\b(?:\w+ ){0,3}(?:is|are|was|were|been|be) (?:\w+ ){0,2}killing (?:me|us)\b"
        r"|\b(?:kills|killed) me (?:with|to|how|that|off laughing)\b",
        "this headache is killing me",
        "i am killing myself",
    ),
    Harmless(
        "will-kill-me",
        r"\b(?:wife|husband|moms?|dads?|boss|partner|mother|father|parents|she|he|kids|doctor|boyfriend"
        r"|girlfriend) (?:\w+ ){0,4}"
        r"kill me (?:if (?:i|we) (?:am late|are late|do not|miss|forget|book|tell her|cancel|spend)"
        r"|when|for|because|over)\b",
        "my wife will kill me if I book this",
        "he says he will kill me tonight",
    ),
    Harmless(
        "would-kill-for",
        r"\b(?:would|could|id) (?:literally |honestly |just )?(?:kill|murder|die) for (?:a|an|some|that|one|the)\b",
        "i would kill for a coffee",
        "i would kill myself",
    ),
    Harmless(
        "dying-to",
        r"\b(?:dying|dead keen|die) to (?:know|try|see|hear|meet|get|find|go|ask|start|feel|have|tell|eat|read"
        r"|book|sleep|learn)\b"
        r"|\bdying (?:of|from) (?:curiosity|boredom|laughter|embarrassment|hunger|heat)\b|\bdying (?:over )?here\b",
        "I am dying to know how it works",
        "i am dying to be dead",
    ),
    Harmless(
        "to-death",
        r"\b(?:bored|scared|frightened|worried|loved?|sick|tickled|starved|starving|frozen|freezing|worked"
        r"|thrilled|done) to death\b"
        r"|\bto die for\b|\b(?:die|dying|died|dead) (?:laughing|of laughter|of embarrassment|of shame|inside when"
        r"|of boredom|of cringe)\b",
        "I am bored to death in the waiting room",
        "he beat her to death",
    ),
    Harmless(
        "fear-of-not-waking",
        r"\b(?:what if|afraid|scared|worried|terrified|frightened|nervous|fear|fearing|anxious)(?: that| of| about)? "
        r"(?:\w+ ){0,6}(?:not|never) (?:wake|waking) up\b",
        "what if i go to sleep and never wake up from it",
        "i want to go to sleep and never wake up",
    ),
    Harmless(
        "dead-things",
        r"\bdead (?:tired|battery|phone|line|end|weight|easy|good|nice|right|set|heat|pan|lift\w*|on my feet|sea"
        r"|wood|quiet|serious|slow|zone|lock|nervous|keen|giveaway|link|air)\b"
        r"|\bdead ?lines?\b|\bmy (?:phone|car|laptop|battery|computer|tablet|internet) (?:is |just "
        r"|has )?(?:about to )?(?:died?|dying|dead)\b"
        r"|\b(?:caught|seen) dead\b|\b(?:sleep|slept|sleeping) like the dead\b",
        "my phone is about to die",
        "i wish i was dead",
    ),
    Harmless(
        "suicide-names",
        r"\b(?:career|social|political|professional|financial|commercial|brand) suicide\b"
        r"|\bsuicide (?:squad|doors?|blonde|cup|pass|inducing|silence)\b",
        "that would be career suicide",
        "he talks of suicide",
    ),
    Harmless(
        "shots",
        r"\b(?:shoot|shot|shooting) (?:me |us |you |him |her |over )?(?:an? |the |your )?(?:email|text|message"
        r"|mail|question|line|film|photos?|video|hoops|breeze)\b"
        r"|\b(?:give|gave|giving) (?:it|this|that) a (?:shot|go)\b"
        r"|\b(?:flu|covid|vaccine|tetanus|long|big|cheap|espresso) shots?\b",
        "shoot me an email",
        "he will shoot me",
    ),
    Harmless(
        "jumps",
        r"\bjump(?:ing|ed|s)? (?:in|into|on|onto|to|through|ship|the gun|the queue|the line|at|for joy|rope"
        r"|straight|start|out of my skin)\b"
        r"|\b(?:makes?|making) me (?:\w+ )?(?:want to |wanna )?(?:jump out (?:of )?(?:the |a )?window|die|scream"
        r"|cry|kill someone|cut my)\b",
        "I jump in the shower first",
        "i will jump off the bridge",
    ),
    Harmless(
        "overdosed-on-treats",
        r"\b(?:overdos\w+|od d|oded) (?:\w+ )?on (?:the )?(?:netflix|coffee|caffeine|chocolate|sugar|cake|tv|telly"
        r"|news|tiktok|carbs|cheese|memes|youtube|sweets|"
        r"christmas|turkey|biscuits|sunshine|pizza|candy|football|podcasts?|information|tea)\b",
        "I overdosed on chocolate at Easter",
        "i overdosed on my pills",
    ),
    Harmless(
        "whole-bottle-of-drink",
        r"\bwhole (?:bottle|glass|jug|box|pack|packet|bag|tub) of (?:water|juice|wine|milk|squash|coke|lemonade"
        r"|cookies|biscuits|chocolates?|cereal|tissues|crisps|donuts|pasta)\b"
        r"|\b(?:took|taken|take) (?:all )?my (?:usual |normal |regular |morning |daily |evening )(?:dose|pills"
        r"|tablets|meds|medication|medicine)\b"
        r"|\btook my (?:pills|tablets|meds|medication|medicine) (?:this morning|as usual|with breakfast|at \w+"
        r"|already|today)\b",
        "i finished the whole bottle of water",
        "i took the whole bottle of pills",
    ),
    Harmless(
        "cuts",
        r"\bcut(?:ting|s)? (?:down|back|out|off (?:sugar|coffee|gluten|dairy|alcohol)|my (?:hair|nails|grass|hours"
        r"|losses|coffee|cards?|dose|pills?|steak|food|lawn)|it short|to the chase|corners|costs)\b"
        r"|\bhang(?:ing|s)? (?:out|on|in there|up|around|about|over|the)\b|\bbeat(?:ing|s)? my ?self up\b"
        r"|\bkick(?:ing)? my ?self\b"
        r"|\bburn(?:ed|t|ing)? my ?self (?:out|on|with (?:the|a)|cooking|while|making)\b"
        r"|\b(?:cut|hurt) my ?self (?:shaving|cooking|on (?:the|a)|chopping|gardening|while|playing|at|running"
        r"|falling)\b",
        "I want to cut down on coffee",
        "i want to cut my wrists",
    ),
    Harmless(
        "nasal",
        r"\bcan not breathe (?:through|out of|from) (?:my|the|his|her) (?:nose|nostrils?|left|right|mask)\b"
        r"|\bheart attack when i (?:saw|read|heard|got)\b"
        r"|\b(?:gave|giving|almost had|nearly had) (?:me )?a heart attack\b",
        "I can not breathe through my nose, hay fever",
        "i can not breathe",
    ),
    Harmless(
        "take-life-back",
        r"\btake my life back\b|\b(?:end|ending) (?:of|my (?:subscription|membership|treatment|course|plan"
        r"|appointment|call|contract|shift|relationship|marriage|lease|day))\b"
        r"|\b(?:change[ds]?|saved?|living|enjoy|get|got|have|rest of|turn\w*|run\w*|ruin\w*) my life\b",
        "I want to take my life back from depression",
        "i want to take my life",
    ),
    Harmless(
        "denied",
        rf"\b{_I} (?:am|was|feel|do|have|would|will|did) (?:not|never) (?:at all |really |actually |currently "
        rf"|feeling |a |even |ever |be )?(?:any |in |going to |planning (?:to|on) |want to |trying to |wanting to "
        rf"|thinking of |thinking about |think about |had |have |having |attempted? )?"
        rf"(?:suicidal|(?:suicidal )?(?:thoughts?|ideation|plans?) (?:of|about|to)? ?(?:\w+ing)? ?(?:my ?self"
        rf"|suicide|it)?|{_SELF}|in (?:danger|crisis)|a danger|do anything (?:silly|stupid|daft))"
        r"|\bnot (?:at all |actually |actively |currently )?suicidal\b"
        r"|\bno (?:suicidal |active )?(?:thoughts?|ideation|plans?|intention|intent|wish|desire|urges?) (?:of|to"
        r"|about) (?:suicide|dying|die|hurting|harming|killing|end\w*|kill|hurt|self)(?: \w+){0,3}"
        r"|\bnever (?:\w+ ){0,2}want(?:ed|ing)? to (?:die|be dead)\b"
        r"|\bnever (?:\w+ ){0,3}(?:suicidal|kill\w* my ?self|hurt\w* my ?self|harm\w* my ?self|self ?harm\w*"
        r"|attempted)\b"
        r"|\bnot (?:having|had|have|got) (?:any )?(?:chest pains?|trouble breathing|an emergency|a seizure"
        r"|a stroke)\b|\bno chest pains?\b|\b(?:nobody|no one) is (?:hurting|hitting|threatening) (?:me|us)\b"
        r"|\b(?:not|nor) that i (?:\w+ ){0,2}(?:want|wish|plan|intend)\w* (?:to )?(?:\w+ ){0,5}(?:die|be dead"
        r"|not wake up)\b"
        r"|\bi (?:am )?not (?:want|wanting|wish|wishing) (?:to )?(?:die|be dead)\b"
        r"|\b(?:zero|no) (?:wish|desire|intention|interest|want) (?:to|in) (?:die|dying|be dead|hurt\w*|harm\w*"
        r"|kill\w*)(?: my ?self)?"
        r"|\b(?:self ?harm|suicid\w+ (?:thoughts?|ideation)) free\b"
        r"|\bfree (?:of|from) (?:suicid\w+|self ?harm\w*)(?: \w+)?|\bnot (?:hurting|harming|cutting) my ?self\b"
        r"|\b(?:thinks?|says?|asked|asks|typed|ticked|form says) (?:\w+ ){0,4}i am suicidal\b"
        r"|\bhave not (?:\w+ )?(?:overdosed|taken too (?:many|much)|tried)\b",
        "I am not suicidal, just very low",
        "i am suicidal and not sleeping",
    ),
    Harmless(
        "denied-spanish",
        r"\b(?:no|nunca|ya no|jamas) (?:(?:quiero|pienso|voy|tengo|he|estoy|pensado|pensando|querido|ganas|ideas"
        r"|pensamientos|intencion|intenciones|intentado|planeo|en|de|a|ni|ningun|ninguna|me|deseo|deseos|es que) )+"
        r"(?:morir|morirme|matarme|suicidarme|suicidio|suicidas?|quitarme la vida|hacerme dano|lastimarme"
        r"|cortarme|muerte)\b",
        "no tengo ideas de hacerme daño",
        "no puedo más, quiero morir",
    ),
    Harmless(
        "late-riser",
        r"\b(?:can|will|would|do|does|could) not (?:ever |usually |always )?(?:wake|get) up (?:so |that |too |very )?"
        r"(?:early|in time|on time|for (?:work|school|college|class|lectures|church)"
        r"|(?:before|by|until|till) (?:\d|noon|lunch|eight|nine|ten|eleven|twelve))",
        "my wife won't wake up early, can we have an afternoon slot",
        "my wife won't wake up",
    ),
    Harmless(
        "beaten-at-a-game",
        r"\b(?:beats?|beating|hits?|hitting|kicks?|kicked|slaps?|slapped|attacked|locked|grabbed|burned) (?:me|us) "
        r"(?:at|to it|to the|up (?:on|for|with)|out of (?:my|the|our)|with (?:a|the|this|another) (?:bill|fee|invoice"
        r"|charge|question|form|surprise)|in (?:chess|cards|golf|tennis|scrabble|darts|the race|every game)|a (?:seat"
        r"|coffee|ticket|drink))\b"
        r"|\b(?:hurts?|hurting) (?:me|us) to (?:say|admit|see|watch|think|hear|ask)\b",
        "my husband beats me at chess every Sunday",
        "my husband beats me every Sunday",
    ),
    Harmless(
        "long-past",
        rf"\b(?:tried|attempted|attempt|wanted|thought|wrote|used to|took|overdosed|was|felt|had|have|got|went"
        rf"|collapsed|hit|beat|abused|raped|cut|hurt|self ?harmed)(?: \w+){{0,9}} {_LONG_AGO}\b"
        rf"|\b{_LONG_AGO} (?:\w+ ){{0,4}}(?:tried|attempted|wanted|thought|wrote|took|overdosed|was|felt|had|used"
        rf"|cut|hurt|self ?harmed|after (?:trying|attempting|i tried))(?: \w+){{0,7}}"
        r"|\bused to (?:\w+ ){0,3}(?:want to die|be suicidal|feel suicidal|cut|harm|hurt|self ?harm|wish|overdose"
        r"|think)(?: \w+){0,6}"
        r"|\bused to (?:\w+ )?(?:hit|beat|hurt|abuse|kick|slap|punch|threaten|choke|burn) (?:my|me|us|her|him)\b"
        r"|\b(?:killed|hanged|shot|hung) (?:him|her|them) ?sel(?:f|ves)\b"
        r"|\b(?:died|lost|dead|death|passed|gone)(?: \w+){0,4} (?:suicide|overdose|heart attack|stroke|cancer)\b"
        r"|\b(?:family|history|past|previous|prior|old)(?: \w+){0,3} (?:suicide|attempts?|self ?harm|overdose"
        r"|suicidality)\b",
        "I tried to kill myself in 2012 and am well now",
        "i tried to kill myself last night",
    ),
    Harmless(
        "long-past-spanish",
        r"\bhace (?:\d+|muchos|varios|unos|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta)"
        r" anos(?: que)? (?:\w+ ){0,2}(?:intente|quise|queria|pense|tuve|estuve|trate)(?: \w+){0,6}",
        "hace diez años intenté quitarme la vida, hoy estoy bien",
        "ayer intenté quitarme la vida",
    ),
    Harmless(
        "asked-by-staff",
        r"\b(?:asked|asks|asking) (?:me|us) (?:\w+ ){0,3}(?:if|whether) (?:i|we) (?:was|am|were|had|have|ever)"
        r"(?: \w+){0,6}",
        "your nurse asked me twice whether I was thinking of hurting myself",
        "i asked myself whether to kill myself",
    ),
    Harmless(
        "what-is-done-then",
        r"\b(?:policy|protocol|procedure|rules?|what do you do|what would you do|what happens) (?:\w+ ){0,3}(?:if|when"
        r"|for|on|with) (?:a |any |another |your )?(?:patients?|clients?|people) (?:\w+ ){0,5}(?:suicidal|suicide"
        r"|(?:kill|hurt|harm)\w* themselves)\b",
        "what is your policy when a patient says they are suicidal",
        "what do you do if my patient is suicidal",
    ),
    Harmless(
        "how-likely",
        r"\b(?:chances?|risks?|odds|likelihood|probability|danger|rates?|cases?|possibility) of (?:a |an |any )?"
        r"(?:\w+ )?(?:overdos\w+|od|dying|death|heart attack|stroke|seizures?)\b",
        "what are the odds of a fatal overdose under your care",
        "i took a fatal overdose",
    ),
    Harmless(
        "on-a-form",
        r"\b(?:phq(?: \d+)?|question \d+|item \d+|questionnaire|form|survey|checklist)(?: \w+){0,10} (?:better off dead"
        r"|suicid\w+ attempts?|suicidal (?:thoughts?|ideation)|suicide|self ?harm)\b",
        "your form asks for the date of his last suicide attempt, he was nineteen",
        "i filled in the form and i want to die",
    ),
)
