"""Everyday words that say nothing of what a text is about."""

ENGLISH = """
a about above after again all almost already also always am an and another any are aren't as ask
asked at away back be because been before being between both but by can can't cannot come could
did didn't do does doesn't don't done each else even ever every everybody everyone everything
few first for from get gets getting give go goes going good got had has hasn't have haven't
having he her here him his how i i'd i'm i've if in into is isn't it it's its just keep know
last less let like little lot made make makes making many may maybe me mean might more most much
must my need needs never new next no nobody none not nothing now of off often on once one only
or other others our out over own people person please put quite rather really said same say says
see seem seems she should since so some somebody someone something sometimes still such take
takes than that that's the their them then there these they thing things think this those though
to too tried try trying two under until up us use used very want wants was wasn't way we well
went were what when where whether which while who whole whom why will wish with without won't
work working would wouldn't yet you your
"""
GERMAN = """
aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf
aus bei beide beim bin bis bist bloß da dabei dafür damit danach dann daran darauf darin darum
das dass dein deine dem den denn der deren des deshalb die dies diese diesem diesen dieser
dieses doch dort du durch eben ein eine einem einen einer eines einfach einige einmal er erst es
etwas euch euer fast für ganz gar geht gemacht gibt gut habe haben hat hatte hatten hier hin
hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden
jeder jedes jemand jetzt kann kannst kein keine keinem keinen keiner können könnte lassen leute
machen macht man manche mehr mein meine meinem meinen meiner mich mir mit muss müssen nach neu
nicht nichts nie niemand noch nun nur ob oder oft ohne sehr sein seine seinem seinen seiner seit
sich sie sind so sollen sollte sondern soweit um und uns unser unsere unserem unseren unter vom
von vor wann war waren warum was weil weiter welche welchem wenig wenn wer werde werden wie
wieder will wir wird wo wollen wollte worden wurde wurden würde wünsche zu zum zur zwar zwei
zwischen über
"""
