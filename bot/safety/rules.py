"""Plain, explicit wording of danger: a table that a nurse can read, with what each row must and must not find.

A pattern looks at one sentence of a reading (`views`): lower case, no accents, no punctuation, contractions written out
("I'm": i am, "can't": can not, "gonna": going to, "mum": mom). The syntax is RE2's, which never backtracks.
"""

from dataclasses import dataclass
from typing import Literal

DangerNotice = Literal["crisis", "crisis-other", "emergency", "harm"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording: its id, the notice it calls for, its pattern, a message that it finds and one it ignores."""

    id: str
    notice: DangerNotice
    pattern: str
    finds: str
    ignores: str


_WANT = (
    r"(?:want|wanting|need|wish|going|plan|planning|intend|intending|ready|decided|about|trying|try|like|love|rather"
    r"|prefer|hope|hoping|tempted|dying|longing|have wanted|desire)"
)
_DIE = (
    r"(?:die|be dead|not exist|not be alive|stop existing|not wake up|never wake up|end it all|end everything"
    r"|cease to exist|stop living)"
)
_KILL = (
    r"(?:kill|killing|killed|hang|hanging|hung|shoot|shooting|drown|drowning|unalive|unaliving|poison|poisoning"
    r"|delete"
    r"|deleting|yeet|strangle|stab|off|offing|gas|electrocute|murder)"
)
_HURT = (
    r"(?:cut|cutting|cuts|hurt|hurting|hurts|harm|harming|harms|burn|burning|burns|burned|scratching|starve"
    r"|starving|punish|punishing|hit|hitting|hits|slash|slashing|slashed)"
)
_PERSON = (
    r"(?:he|she|they|(?:my|our|this|her|his) (?:\w+ ){0,2}?(?:husband|wife|son|daughter|brother|sister|mom"
    r"|mother|dad"
    r"|father|friend|mate|partner|boyfriend|girlfriend|ex|child|kid|boy|girl|teen|teenager|nephew|niece|cousin"
    r"|uncle|aunt"
    r"|grandson|granddaughter|roommate|flatmate|housemate|neighbou?r|patient|client|colleague|coworker|student"
    r"|stepson"
    r"|stepdaughter|fiance|fiancee|grandma|grandad|grandfather|grandmother|sibling|buddy|boss)"
    r"|a (?:\w+ )?(?:friend|mate|man|woman|guy|girl|boy)(?: of (?:mine|my \w+|ours))?)"
)
_MEDICINE = (
    r"(?:pills?|tablets?|meds|medications?|medicines?|capsules?|lozenges?|troches?|xanax|valium|ativan|klonopin"
    r"|benzos?"
    r"|tylenol|paracetamol|acetaminophen|ibuprofen|advil|aspirin|opioids?|oxy\w*|percocet|fentanyl|heroin|morphine"
    r"|codeine|methadone|ambien|ketamine|k"
    r"|painkillers?|sleepers|sleeping (?:pills|tablets)|antidepressants?|insulin|lithium|doses?|drugs|stash|lot)"
)
_FAMILY = r"(?:kids?|children|family|wife|husband|partner|mom|mother|dad|father|sister|brother|son|daughter|everyone)"
_GAVE_AWAY = (
    r"\b(?:gave|given|giving) (?:\w+ ){0,3}(?:dog|cat|pets?|horse|car|guitar|bike|things|stuff|belongings|watch"
    r"|jewelry|jewellery|savings|clothes)\b"
)
_NOW = r"(?:right now|now|tonight|today|just now|this minute|at the moment|since|help|please|again)"

RULES = (
    Rule(
        "self-kill",
        "crisis",
        rf"\b{_KILL} (?:my ?self|me self|my own self)\b|\bkill my ?self\b|\bkms\b|\bctb\b|\bsewer ?slide\b"
        rf"|\bself delete\b"
        r"|\bend my ?self\b",
        finds="I want to kill myself",
        ignores="this headache is killing me",
    ),
    Rule(
        "self-suicidal",
        "crisis",
        r"\b(?:i|im) (?:am |feel |have been |have become |get |keep feeling |keep getting |am feeling "
        r"|still feel )(?:\w+ ){0,3}suicidal\b"
        r"|^(?:(?:i|am|so|feeling|very|really|still|just|again|back) ){0,2}suicidal(?: (?:right|now|again|tonight"
        r"|help|please|today|rn|me|thoughts)){0,2}$|\bsuicidal (?:right now|again|tonight|today|please|help|and)\b"
        r"|\bfeel(?:ing)? (?:\w+ ){0,2}suicidal\b",
        finds="I am feeling suicidal",
        ignores="are suicidal people turned away?",
    ),
    Rule(
        "self-suicidal-thoughts",
        "crisis",
        r"\bi (?:am |still |just |do |keep |have |am still )?(?:have|having|get|getting|got|had|been having"
        r"|experiencing|fighting|struggling with) (?:\w+ ){0,4}"
        r"(?:suicidal|suicide) (?:thoughts?|ideation|urges?|feelings|plans?|ideas?)\b"
        r"|\bmy suicidal (?:thoughts|ideation|feelings|urges)\b"
        r"|\b(?:active|passive) (?:si|suicidal ideation) (?:with|and)\b",
        finds="I keep having suicidal thoughts",
        ignores="does ketamine help with suicidal thoughts",
    ),
    Rule(
        "self-suicide-plan",
        "crisis",
        r"\bi (?:\w+ ){0,6}(?:commit|committing|attempt|attempting|considering|consider|contemplating|contemplate"
        r"|planning|plan|thinking of|thinking about|think of|think about|thought of"
        r"|thought about) (?:\w+ ){0,2}suicide\b"
        r"|\b(?:my|a|the|wrote|written|writing) suicide note\b",
        finds="I have been thinking about suicide",
        ignores="is suicide risk checked before treatment",
    ),
    Rule(
        "self-wants-to-die",
        "crisis",
        rf"\bi (?:\w+ ){{0,4}}{_WANT} (?:to )?(?:\w+ )?(?:to )?{_DIE}\b"
        rf"|^(?:just )?(?:want|need|ready|going) to (?:just )?(?:die|be dead)\b"
        r"|\bi wish i (?:was|were|am|would) (?:\w+ ){0,2}(?:dead|die|gone|never born|not alive|not here)\b"
        r"|\brather be dead\b|\bbetter off dead\b"
        rf"|\b{_WANT} (?:to )?(?:\w+ ){{0,3}}sleep (?:\w+ ){{0,3}}(?:not|never) (?:have to |need to )?wake up\b"
        r"|\blet me die\b|\bi (?:will|shall|am going to) (?:be dead|die) (?:tonight|today|soon|by)\b"
        r"|\bi (?:\w+ ){0,3}want (?:it|this|everything|all this|life) to (?:end|be over)\b",
        finds="i just want to die",
        ignores="I don't want to die, I am only nervous",
    ),
    Rule(
        "self-end-life",
        "crisis",
        r"\b(?:end|ending|take|taking|finish|finishing|close|quit|quitting|terminate"
        r"|terminating) (?:\w+ )?my (?:own )?(?:life|lfie|existence)\b"
        r"|\bi (?:\w+ ){0,5}(?:ending|end) it (?:all|tonight|today|now|soon)\b|\b(?:end|ending) it all\b",
        finds="I am going to end my life",
        ignores="ketamine could change my life",
    ),
    Rule(
        "self-not-live",
        "crisis",
        r"(?:\b(?:do|i|just|and|did) not|\b(?:i|just|really) (?:no longer|never|no)|^not"
        r"|^no longer) (?:\w+ )?want(?:ing)? (?:more )?to (?:live(?: any ?more| any longer| like this| this way"
        r"| now| today| and| but|$)|be alive|exist|be here any ?more|be here any longer|go on living|keep living"
        r"|continue living|carry on living|wake up)\b"
        r"|\bno (?:\w+ )?(?:reason|point|will|wish|desire) (?:to|in|for|of) (?:live|living|be alive|being alive"
        r"|go on living|staying alive|stay alive)\b"
        r"|\b(?:not|no) (?:\w+ ){0,2}worth living\b|\b(?:better|better off|happier) (?:\w+ )?(?:without me"
        r"|if i (?:was|were|am) (?:dead|gone|not here|not around))\b"
        r"|\btired of (?:living|being alive|existing)\b",
        finds="I don't want to be alive any more",
        ignores="I do not want to live with depression",
    ),
    Rule(
        "self-means",
        "crisis",
        r"\bi (?:have|got|have got|am holding|bought|am sitting with|keep) (?:\w+ ){0,4}(?:gun|rope|noose"
        r"|razor blades?|knife|pills) (?:\w+ ){0,3}(?:ready|loaded|hand|lap|mouth|head|wrist|neck|front of me"
        r"|next to me|beside me|tonight|on the table)\b"
        r"|\b(?:gun|knife|blade|razor) (?:to|at|in|against|on) my (?:head|mouth|wrists?|throat|temple|arm|lap"
        r"|neck)\b|\b(?:rope|noose|belt|cord) (?:\w+ ){0,3}(?:my|around my) neck\b"
        r"|\bi (?:am|have been) (?:\w+ ){0,3}(?:on|at) (?:the|a) (?:\w+ )?(?:bridge|ledge|roof|rooftop|cliff|edge"
        r"|tracks|train tracks|platform) (?:\w+ ){0,4}(?:jump|now|right now|alone|and|over)\b"
        r"|\bi (?:\w+ ){0,5}jump(?:ing)? (?:off|from|in front of|under|out of)\b"
        r"|\bi have a plan and (?:a |the |i )?(?:date|means|pills|note|day|place|know)\b",
        finds="I have the pills ready on the table",
        ignores="I have a plan to quit smoking",
    ),
    Rule(
        "self-hurt",
        "crisis",
        rf"\b(?:i|am|to|and|been|started|keep|stop|of|urge to) (?:\w+ )?{_HURT} (?:my ?self|my (?:own )?(?:arms?"
        rf"|legs?|wrists?|thighs?|skin|stomach))\b"
        rf"|^{_HURT} my ?self\b|\bi (?:\w+ ){{0,4}}self ?harm(?:ed|ing|s)?\b"
        rf"|\burges? to (?:cut|self ?harm|hurt|bleed|burn)\b|\b(?:want|going|need|started|about) to self ?harm\b"
        r"|\b(?:slit|slash|slitting|slashed|cut) my wrists?\b",
        finds="I want to hurt myself",
        ignores="does the FAQ say anything about self-harm",
    ),
    Rule(
        "self-idiom",
        "crisis",
        r"\b(?:top|topping|topped|do|doing|did) my ?self (?:in|off|tonight|soon)\b"
        r"|\b(?:top|topping|topped) my ?self\b"
        r"|\bblow(?:ing)? my (?:\w+ )?(?:brains?|head)\b"
        r"|\b(?:wrote|written|writing|left|leaving) (?:the|a|my) (?:\w+ )?note\b"
        r"|\b(?:keep|keeping) my ?self alive\b|\b(?:reason|reasons) not to (?:die|kill|do it)\b"
        r"|\b(?:scared|afraid|frightened) (?:of )?(?:what i (?:might|will|could) do|my ?self tonight|i (?:might"
        r"|will) do (?:it|something stupid))\b"
        r"|\b(?:not|do not) trust my ?self (?:tonight|alone|right now|any more|to be alone|with)\b"
        r"|\bstockpil\w+ (?:\w+ ){0,3}(?:pills?|tablets?|meds|medication)\b"
        r"|\bi (?:should|deserve to|ought to|am meant to) (?:just )?die\b",
        finds="I am going to top myself",
        ignores="a note from my doctor",
    ),
    Rule(
        "self-farewell",
        "crisis",
        rf"\b(?:letters?|notes?|cards) (?:to|for) (?:\w+ ){{0,3}}{_FAMILY}(?: \w+){{0,10}} {_GAVE_AWAY}"
        rf"|{_GAVE_AWAY}(?: \w+){{0,10}} (?:wrote|written|writing|write|left) (?:\w+ ){{0,3}}(?:letters?|notes?|cards) "
        rf"(?:to|for) (?:\w+ ){{0,3}}{_FAMILY}\b",
        finds="wrote letters for my kids and gave the dog away",
        ignores="wrote a letter to my insurance and gave them my number",
    ),
    Rule(
        "harm-to-somebody",
        "harm",
        rf"\b{_PERSON}(?: \w+){{0,4}} (?:hits?|beats?|beating|hitting|chok(?:es|ed|ing)|strangl\w+|punch\w*|kicks?"
        rf"|kicking|rapes?|raping|abuses|abusing"
        r"|stabbed|threatened to kill|threatens to kill) (?:her|him|them"
        r"|his (?:\w+ )?(?:wife|girlfriend|kids|mother|daughter|son|baby|sister)"
        r"|her (?:\w+ )?(?:husband|boyfriend|kids|mother|daughter|son|baby|sister)"
        r"|my (?:\w+ )?(?:mom|mother|sister|brother|dad|father|nan|gran|grandmother|daughter|son))\b"
        r"|\b(?:going to|will|wants to|threatening to|says he will|says she will) (?:kill|stab|shoot|hurt) (?:his"
        r"|her|their) (?:\w+ )?(?:wife|husband|girlfriend|boyfriend|partner|kids?|children|mother|mom|father|dad"
        r"|sister|brother|son|daughter|baby|boss|family|ex|neighbor|neighbour|teacher|roommate)\b",
        finds="her boyfriend choked her last night",
        ignores="the doctor hit the right note",
    ),
    Rule(
        "self-lethal-dose",
        "crisis",
        r"\b(?:how (?:much|many)|what|which) (?:\w+ ){0,2}(?:ketamine|it|pills|tablets|lozenges|mg|dose|doses"
        r"|sprays|amount|would|does|do)"
        r" (?:\w+ ){0,6}(?:lethal|fatal|deadly|kill (?:me|you|a person|someone|somebody)|to die|not wake up"
        r"|never wake up|overdose)\b"
        r"|\b(?:lethal|fatal|deadly) (?:dose|amount|overdose)\b"
        rf"|\bhow many (?:of (?:my|these|those|the) )?{_MEDICINE} (?:\w+ )?(?:is|are|would be|s) (?:too|to) "
        r"(?:many|much)\b"
        rf"|\bif i (?:take|took|swallow|swallowed|eat|ate) (?:\w+ )?(?:all|every)(?: \w+){{0,4}} {_MEDICINE}"
        r"(?: \w+){0,2} (?:at once|in one go|in one sitting|right now|tonight)\b"
        r"|\bif i (?:take|took|swallow|swallowed|drink|drank|eat|ate) (?:the|a|my) (?:whole|entire|full) (?:bottle|box"
        r"|pack|strip|lot|supply)\b",
        finds="how much ketamine would be lethal",
        ignores="how much does it cost",
    ),
    Rule(
        "other-not-live",
        "crisis-other",
        rf"\b{_PERSON} (?:\w+ ){{0,5}}(?:does not|do not|did not|not"
        rf"|no longer) (?:\w+ )?want to (?:live(?: any ?more| any longer|$)|wake up|be alive|be here any ?more"
        rf"|exist|go on living)\b"
        rf"|\b{_PERSON} (?:\w+ ){{0,4}}(?:will|going to|wants to|threatens to|threatening to|would) (?:take"
        rf"|swallow|down) (?:\w+ ){{0,3}}(?:all|whole|every)(?: \w+){{0,3}} {_MEDICINE}\b",
        finds="my dad says he doesn't want to wake up",
        ignores="my dad does not want to live in a home",
    ),
    Rule(
        "after-a-dose",
        "emergency",
        r"\b(?:bp|blood pressure|pressure|reading) (?:\w+ ){0,5}(?:1[89]\d|2\d\d) (?:over )?(?:1[1-9]\d)\b"
        r"|\b(?:fell|fallen|fall|slipped) (?:\w+ ){0,6}(?:hit|banged|bumped|cracked|smashed) (?:my|his|her) head\b"
        rf"|\b(?:i|{_PERSON}) (?:\w+ ){{0,2}}(?:passed out|fainted|blacked out) (?:\w+ ){{0,3}}(?:after|since"
        rf"|following|during) (?:\w+ ){{0,2}}(?:dose|treatment|infusion|session|lozenge|spray|ketamine)\b"
        r"|\b(?:does|do) not (?:know who (?:i am|he is|she is|they are|we are)|recogni[sz]e (?:me|us|anyone))\b"
        r"|\b(?:worst|thunderclap|splitting|terrible|unbearable|excruciating) headache (?:of my life|ever|since"
        r"|after|suddenly)\b"
        r"|\b(?:pressure|bp) (?:\w+ ){0,6}(?:since|after) (?:\w+ ){0,8}(?:terrible|severe|awful|splitting"
        r"|bad) headache\b",
        finds="blood pressure is 210/120 after my session",
        ignores="my bp is 120 over 80 after a walk",
    ),
    Rule(
        "self-spanish",
        "crisis",
        r"\b(?:quiero|queria|voy a|pienso|ganas de|deseo|quisiera|pensando en|penso|decidi|planeo|intente|prefiero"
        r"|mejor) (?:\w+ ){0,2}(?:morir|morirme|matarme|suicidarme|quitarme la vida"
        r"|acabar con (?:mi vida|todo|esto)|terminar con (?:mi vida|todo|esto)|ahorcarme|tirarme (?:al|del|de)"
        r"|cortarme las venas|hacerme dano|lastimarme|estar muert[oa])\b"
        r"|\bno (?:quiero|deseo|aguanto) (?:\w+ ){0,2}(?:vivir|seguir viviendo|despertar|existir|estar viv[oa])\b"
        r"|\bme (?:quiero|voy a|quisiera|quise) (?:\w+ )?(?:morir|matar|suicidar|quitar la vida|cortar|lastimar)\b"
        r"|\bme (?:estoy cortando|corto|he cortado|corte)\b"
        r"|\b(?:tengo|siento|vuelven|mis) (?:\w+ ){0,3}(?:pensamientos|ideas) (?:suicidas|de suicidio|de muerte"
        r"|de morir)\b"
        r"|\b(?:sin|no tengo) (?:\w+ )?ganas de vivir\b"
        r"|\bmejor (?:muerto|muerta)\b",
        finds="ya no quiero vivir",
        ignores="quiero vivir mejor",
    ),
    Rule(
        "self-other-languages",
        "crisis",
        r"\bich (?:will|mochte|moechte|werde|kann) (?:\w+ ){0,4}(?:sterben|nicht mehr leben|tot sein"
        r"|nicht mehr weiterleben)\b|\bmich (?:\w+ ){0,2}(?:umbringen|toten|toeten|erhangen|erschiessen)\b"
        r"|\bselbstmordgedanken\b|\bsuizidgedanken\b|\bmir das leben nehmen\b"
        r"|\bje (?:veux|vais|voudrais) (?:\w+ ){0,3}(?:mourir|me tuer|me suicider|en finir|plus vivre)\b"
        r"|\b(?:envie|idees) de (?:mourir|suicide|me tuer|en finir)\b|\bidees suicidaires\b|\bveux plus vivre\b"
        r"|\b(?:quero|queria|vou|penso em|vontade de) (?:\w+ ){0,2}(?:morrer|me matar|suicidar"
        r"|acabar com a minha vida)\b|\bnao quero mais viver\b|\bme matar\b"
        r"|\bvoglio (?:\w+ )?(?:morire|uccidermi|ammazzarmi|farla finita)\b|\bchce (?:\w+ )?(?:umrzec|sie zabic)\b"
        r"|\bgusto ko (?:na(?:ng)? )?mamatay\b|\bayoko na mabuhay\b",
        finds="ich will nicht mehr leben",
        ignores="je veux vivre",
    ),
    Rule(
        "other-suicide",
        "crisis-other",
        rf"\b(?:kill|killing|hang|hanging|shoot|shooting|drown|unalive|stab|jump off|cut|cutting|cuts|hurt|hurting"
        rf"|hurts|harm|harming|harms|burn|burning|burns|starving|poison) (?:him|her|them) ?sel(?:f|ves)\b"
        r"|\b(?:end|ending|take|taking|end up taking) (?:his|her|their) (?:own )?(?:life|lives)\b"
        rf"|\b{_PERSON} (?:\w+ ){{0,5}}(?:is|are|has been|seems|feels|sounds|got|feeling"
        rf"|being) (?:\w+ ){{0,2}}suicidal\b"
        rf"|\b{_PERSON} (?:\w+ ){{0,6}}(?:wants?|wanted|wishes|wish|wanting|going|plans?|planning|threatens"
        rf"|threatening|threatened|tried|trying|keeps saying|says|said) (?:\w+ ){{0,4}}(?:die|be dead|suicide"
        rf"|end it all|end it|not live|not be alive|to jump|was dead|were dead)\b"
        rf"|\b{_PERSON} (?:\w+ ){{0,5}}(?:suicide note|goodbye note|goodbye letter|suicidal (?:texts?|messages?"
        rf"|thoughts)|committed suicide|attempted suicide|suicide attempt)\b|\bfound (?:a|the|his|her"
        rf"|their) (?:suicide |goodbye )?(?:note|letter)\b",
        finds="my husband says he is going to kill himself",
        ignores="my husband was ill last year and is well now",
    ),
    Rule(
        "other-spanish",
        "crisis-other",
        r"\b(?:mi|el|ella|un|una) (?:\w+ ){0,6}(?:se quiere|quiere|dice que se va a|va a|intento|amenaza con"
        r"|se va a|habla de) (?:\w+ ){0,2}(?:morir|morirse|matar|matarse|suicidar|suicidarse|quitarse la vida"
        r"|cortar|cortarse)\b|\bse (?:esta cortando|corta los brazos|quiere matar|quiere morir|va a matar)\b",
        finds="mi hijo dice que se va a matar",
        ignores="mi hijo quiere una cita",
    ),
    Rule(
        "overdose",
        "emergency",
        rf"\b(?:i|we|{_PERSON})(?: \w+){{0,4}} (?:overdosed|over dosed|overdosing|od d|oded)\b"
        rf"|\b(?:overdosed|overdosing) (?:on|again|by|right)\b|\bi think i (?:\w+ ){{0,2}}overdos\w+\b"
        rf"|\b(?:took|taken|swallowed|ate|eaten|drank|downed|popped|necked|had|used"
        rf"|injected) (?:\w+ ){{0,3}}(?:all|whole|entire|handful|bunch|too many|too much|bottle|box|pack|packet"
        rf"|load|fistful|loads|heap|dozens?|lots?)(?: of)?(?: (?:my|his|her|their|the|our|your|those|these|of"
        rf"|sleeping|pain|old|mom s|dad s|moms|dads|\d+)){{0,4}} {_MEDICINE}\b"
        r"|\b(?:took|taken|swallowed|drank|downed|necked) (?:the|a|my|his|her|their) (?:whole|entire"
        r"|full) (?:bottle|box|pack|packet|strip|lot|bag|month|week|supply)\b"
        r"|\b(?:took|swallowed|taken) (?:them all|all of them|all of it|everything in the (?:cabinet|cupboard"
        r"|house)|the lot)\b|\btok (?:the lot|them all|all)\b"
        r"|\b(?:toddler|baby|child|kid|little one|grandson|granddaughter|son|daughter|year old|boy"
        r"|girl)(?: \w+){0,4} (?:swallowed|ate|eaten|got into|drank|chewed|took|licked|found and ate)(?: \w+){0,4} "
        + _MEDICINE
        + r"\b",
        finds="I just overdosed",
        ignores="can you overdose on ketamine in a clinic",
    ),
    Rule(
        "breathing",
        "emergency",
        rf"\b(?:i|we|{_PERSON}|dad|mom|baby) (?:\w+ ){{0,3}}can not (?:\w+ )?breathe?\b"
        rf"|^can not (?:\w+ )?breathe?\b|\b(?:am|is|are|was|stopped|still|and|but) not breathing\b"
        rf"|^not breathing\b|\b(?:has|have|had|he|she|they|baby|dad|mom|just) stopped breathing\b"
        rf"|\b(?:struggling|fighting|gasping|unable) (?:to breathe|for (?:air|breath))\b"
        rf"|\b(?:hard|difficult|harder|impossible) to breathe\b|\b(?:barely|hardly) breath(?:e|ing)\b"
        rf"|\bbreathing (?:is|has gone|has become|really|very|so) (?:\w+ ){{0,2}}(?:slow|shallow|weird|funny|hard"
        rf"|bad|weak|stopped)\b"
        rf"|\b(?:having|have|has|got) (?:\w+ ){{0,2}}(?:trouble|difficulty|problems?) breathing {_NOW}\b"
        rf"|\b(?:is|am|are|he s|she s) choking\b",
        finds="I can't breathe",
        ignores="can it make you stop breathing",
    ),
    Rule(
        "heart",
        "emergency",
        rf"\b(?:am|is|are|be|i think|think|maybe|was|might be|could be) (?:\w+ ){{0,3}}having (?:a |an "
        rf"|another )?(?:\w+ )?(?:heart attack|stroke|seizure|cardiac arrest)\b|\b(?:my|his|her"
        rf"|their) (?:\w+ )?chest (?:\w+ ){{0,3}}(?:hurts?|hurting|tight\w*|crushing|pain\w*|exploding|killing"
        rf"|squeezing|burning|pressure)\b"
        rf"|\b(?:crushing|severe|terrible|awful|strong|sharp|stabbing|bad|intense|sudden"
        rf"|squeezing) (?:\w+ )?(?:chest pains?|pains? in (?:\w+ ){{0,2}}chest|chest pressure)\b|\bpains? in (?:my"
        rf"|his|her) (?:\w+ )?chest\b"
        rf"|\b(?:i have|having|has|got|with|have got|i get) (?:\w+ ){{0,2}}chest pains? (?:\w+ ){{0,3}}{_NOW}\b"
        rf"|\bchest pains? (?:and|right now|now|since|after (?:my|the|his|her) (?:dose|treatment|infusion"
        rf"|session)) ?(?:can not|i|my|short|sweat\w*|this|arm|jaw|numb|feel\w*)?\b|^chest pains?$|\b(?:his|her|my"
        rf"|the) heart (?:has |just |is )?stopp(?:ed|ing)\b|\bno pulse\b|\b(?:into|having"
        rf"|in) cardiac arrest (?:now|right now)\b",
        finds="i think im having a heart attack",
        ignores="I had a heart attack in 2015, can I still come",
    ),
    Rule(
        "stroke",
        "emergency",
        r"\b(?:face|mouth|smile) (?:is |has |looks? |went |gone |keeps )?(?:\w+ ){0,2}(?:droop\w*|dropped|sagging"
        r"|lopsided|fallen on one side)\b|\bcan not (?:move|feel|lift|raise) (?:my|his|her) (?:\w+ ){0,2}(?:arm"
        r"|leg|side|face|hand)\b|\b(?:arm|leg|side|face) (?:is |has |gone |went |just )?(?:\w+ )?(?:numb|paralysed"
        r"|paralyzed|weak) (?:and|right now|suddenly|now|all of a sudden)\b|\bslurr\w+ (?:\w+ ){0,4}(?:arm|face"
        r"|droop|suddenly)\b",
        finds="her face is drooping on one side",
        ignores="can ketamine be given after a stroke",
    ),
    Rule(
        "collapse",
        "emergency",
        rf"\b(?:has|have|just|dad|mom|wife|husband|he|she|{_PERSON}|patient) (?:just |has )?collapsed\b"
        rf"|\bcan not (?:seem to |get )?(?:wake|rouse|waken) (?:\w+ )?(?:up)?\b"
        rf"|\b(?:will not|does not|would not|did not|can not be|(?:he|she|they|is|are|still|{_PERSON}) not) "
        r"(?:waking|wake|woken) up\b"
        rf"|\b(?:will|would) not wake\b|\bnot waking\b"
        rf"|\b(?:is|are|went|gone|lying|found \w+|fell|now|he|she|friend|dad|mom) (?:\w+ )?(?:unconscious"
        rf"|unresponsive|not responding|not responsive|passed out)\b"
        r"|\bunconscious (?:now|right now|on (?:the|my|our|his|her))\b"
        rf"|\b(?:lips?|face|fingers?|skin|nails) (?:\w+ ){{0,4}}(?:blue|bluish|purple)\b"
        rf"|\b(?:turned|turning|going|gone|went) (?:blue|purple)\b"
        r"|\b(?:having|had|has) (?:a |an )?(?:seizures?|fit|convulsions?) (?:right now|now|just now|on the"
        r"|and (?:is|not|she|he|will))\b|\b(?:is|am|are|started|keeps) (?:seizing|convulsing"
        r"|having a (?:seizure|fit))\b",
        finds="he has collapsed in the car park",
        ignores="passed out once when I gave blood years ago",
    ),
    Rule(
        "allergy-bleeding",
        "emergency",
        r"\b(?:throat|throte|tongue|airway|lips|face|mouth) (?:\w+ ){0,4}(?:closing|closed up|swelling|swollen"
        r"|swelled|tightening|shutting)\b|\bthroat (?:\w+ ){0,2}(?:close|tight)\b|\banaphyla\w+ (?:now|right now"
        r"|reaction)\b|\b(?:coughing|vomiting|throwing|spitting|puking|coughed|vomited|threw"
        r"|bringing) up (?:\w+ ){0,2}blood\b|\bbleeding (?:\w+ ){0,4}(?:not stop|heavily|badly|a lot|everywhere"
        r"|out)\b|\b(?:not|can not|will not) stop (?:the )?bleeding\b|\blosing (?:a lot of|so much) blood\b"
        r"|\bblood everywhere\b",
        finds="my throat is closing up",
        ignores="my throat was sore last week",
    ),
    Rule(
        "emergency-spanish",
        "emergency",
        r"\bno (?:puedo|puede|podia) (?:\w+ )?respirar\b|\bno (?:esta |estaba )?respira(?:ndo)?\b"
        r"|\b(?:tengo|siento|tiene|siente) (?:\w+ ){0,3}(?:dolor|presion) (?:\w+ ){0,2}(?:en el|de) pecho\b"
        r"|\bme duele (?:\w+ ){0,2}el pecho\b"
        r"|\b(?:infarto|ataque al corazon|derrame) (?:ahora|ya|ahorita)\b|\bdando un (?:infarto|derrame|ataque)\b"
        r"|\b(?:esta|estaba|quedo|quedo) (?:inconsciente|desmayad[oa])\b|\bse desmayo\b|\bno (?:se )?despierta\b"
        r"|\b(?:tome|tomo|tuvo|tengo|hice|hizo|esta con|esta en|creo que es) (?:\w+ ){0,2}sobredosis\b"
        r"|\b(?:tome|tomo|tomado|me tome|se tomo|trague|trago) (?:\w+ ){0,2}(?:todas|todo|muchas"
        r"|demasiadas|un monton|el frasco|la caja|entero)(?: \w+){0,3}\b|\b(?:esta|tiene|teniendo|con una"
        r"|le dio una) (?:\w+ ){0,2}convulsion\w*\b|\bconvulsionando\b|\blabios (?:azules"
        r"|morados)\b|\bse esta ahogando\b",
        finds="mi papá no puede respirar",
        ignores="la ketamina afecta la respiración",
    ),
    Rule(
        "harm-to-me",
        "harm",
        r"\b(?:he|she|they|husband|wife|boyfriend|girlfriend|partner|dad|father|mother|mom|ex|someone|stepdad"
        r"|stepfather|brother|son|uncle|therapist|nurse|doctor|guy|man|neighbor|neighbour|landlord"
        r"|roommate)(?: \w+){0,5} (?:hits?|beats?|beating|hitting|chok(?:e|es|ed|ing)|strangl\w+|punch\w*|slap"
        r"|slaps|slapped|slapping|kicks?|kicked|kicking|threaten\w*|raped|raping|rapes|abus(?:e|es|ed|ing)"
        r"|assault\w*|molest\w*|groped|touched|hurts|hurting|attacked|attacking|burns|burned|stabbed|shoved"
        r"|grabbed|locked|locks|locking|stalks|stalking|forces|forced) (?:\w+ )?(?:me|us"
        r"|my (?:kids?|son|daughter|mom|mother|children|baby|sister|brother)|the (?:kids|children|baby)"
        r"|his (?:wife|kids|daughter|son|girlfriend)|her (?:husband|kids|son|daughter|child))\b"
        r"|\bi (?:was|have been|got|am being|just got|am getting|keep getting|had been) (?:\w+ ){0,2}(?:raped"
        r"|assaulted|molested|beaten|attacked|strangled|stalked|threatened|abused|groped|trafficked|hit by)\b"
        r"|\b(?:he|she|they) (?:will|is going to|are going to|says (?:he|she|they) will|said (?:he|she) would"
        r"|wants to|is trying to|tried to) (?:kill|hurt|shoot|stab|beat|find and kill) (?:me|us|my|the kids)\b"
        r"|\b(?:kill|shoot|stab|hurt) me if i (?:leave|tell|go|call|say|talk)\b"
        r"|\b(?:afraid|scared|terrified|frightened) (?:of|to go home to|to be alone with) (?:my (?:husband"
        r"|boyfriend|partner|wife|girlfriend|dad|father|stepdad|stepfather|ex|son|brother|mother|uncle)|him"
        r"|going home|what he)\b|\b(?:not|do not feel|never feel|am not) safe (?:at home"
        r"|in my (?:own )?(?:home|house)|with him|with her|here)\b|\bunsafe at home\b|\bbeing (?:beaten|abused"
        r"|raped|attacked|strangled|held against)\b|\bbeating (?:his|her|my|the|up) (?:wife|girlfriend|kids?"
        r"|children|mother|mom|sister|child|husband)\b|\bsexually (?:abused|assaulted|harassed)\b",
        finds="my husband hits me when he drinks",
        ignores="the price hit me hard",
    ),
    Rule(
        "harm-to-others",
        "harm",
        r"\bi (?:\w+ ){0,4}(?:going to|want to|will|might|urge to|need to|plan to|planning to|about to|thinking of"
        r"|thinking about|thoughts of|thoughts about|afraid i will|scared i will) (?:\w+ )?(?:kill|killing|hurt"
        r"|hurting|stab|stabbing|shoot|shooting|strangle|murder|harm|harming|beat up|smother|drown) (?:him|her"
        r"|them|you all|all of you|my (?:\w+ )?(?:husband|wife|mother|mom|father|dad|boss|ex|kids?|baby|neighbor"
        r"|neighbour|son|daughter|children|family|roommate|partner|boyfriend|girlfriend|brother|sister|landlord)"
        r"|someone|somebody|people|everyone|everybody|the (?:baby|kids|children|doctor|nurse|staff))\b",
        finds="I am going to hurt my wife",
        ignores="I don't want to hurt anyone's feelings",
    ),
    Rule(
        "harm-spanish",
        "harm",
        r"\b(?:mi (?:esposo|marido|novio|pareja|padre|papa|mama|ex|padrastro|esposa|hijo)|el|ella|me"
        r"|nos) (?:\w+ ){0,4}(?:pega|golpea|pego|golpeo|amenaza|amenazo|maltrata|viola|violo|ahorca|ahorco|abusa"
        r"|abuso)\b|\bme (?:violaron|golpearon|pegaron|va a matar|quiere matar|amenazan)\b"
        r"|\btengo miedo de (?:mi (?:esposo|marido|novio|pareja|padre|ex)|volver a casa|el)\b",
        finds="mi esposo me golpea",
        ignores="mi esposo me trae a la cita",
    ),
)
# the same where letters were set apart on purpose ("k i l l  m y s e l f"): searched in what is left without the gaps
SQUEEZED = {
    "crisis": r"k[i1l]ll?(?:ing)?m[yi]se?l?f|wan(?:t|na)(?:to|2)?d[iy]e|wannadie|endm[yi]l[iy]fe|end(?:ing)?itall"
    "|su[iy]c[iy]d|hangm[yi]self|cutm[yi]self|hurtm[yi]self|unalivem|bedead|dontwanttolive",
    "emergency": r"overdos|cantbreath|cannotbreath|heartattack|chestpain",
}
