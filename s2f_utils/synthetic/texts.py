"""What is said: two fixed statements and sentences of our own that cover the sounds of English."""

import re

STATEMENTS = ("Boys are waiting near the open gate.", "Cats are dozing on the warm stove.")

_SENTENCES = """
The fox pushed a blue cup off the table. My father chose a thick brown shirt. Please measure the oil before
you pour it. Five women shared the cheap fish soup. Put both maps in the back of my van. She bought a yellow
jar of plum jam. Why would the judge refuse our offer? A quiet voice called from the harbour. The old barn has
a steep copper roof. Move the piano away from that window. His pale blue boat drifts past the pier. Nobody
expects thunder in the morning. We heard a huge crash behind the church. Fresh bread smells better than
perfume. Keep the puppy off the leather chair. Birds gather above the marsh each evening. They found a rough
path through the moor. My youngest cousin plays the oboe. Leave five pounds on the shelf for Tom. The pilot
waved before he took off. How many apples fell from the tree? Thin mist covers the valley at dawn. Both
brothers enjoy a bowl of porridge. A bright moth flew over the pond. Who put vinegar in my fruit juice? Bring
me the map and a warm coat. The bus turned sharply by the museum. Our team won the match by four points. That
chef adds saffron to everything. Push the heavy box under the bed. Vera forgot her purple umbrella again. Wash
the beans before you boil them. The vote was close but fair enough. I would rather walk than wait for you. Fog
rolled over the empty beach. Sheep graze beyond the wooden bridge. The poor mouse hid behind the stove. Some
people prefer tea without milk. Judy moved house in early June. He whispers when he ought to shout. Pure wool
keeps you warm in winter. A bee buzzed about the open jam pot. The thief left through the bathroom. You may
borrow my bicycle on Thursday. Paul never eats raw onions or garlic. We watched the moon above the mountain.
Four boys threw pebbles at the pump. The baby laughs at every funny face. Oil paint takes a week to dry. Check
the map before you leave home. My boots are full of muddy water. An angry wasp chased them up the hill. What a
pleasure to meet you both! The film about whales was rather long. Both of my knees hurt after football. Ruth
knows how to bake a proper pie. The mayor opened a new public park. Few visitors ever come this far north. The
cheese was wrapped in brown paper. Her voice was calm but very firm. Pick a number between five and twelve.
The zebra stood beside a muddy pool. Joy and worry often arrive together. Move over, I want to sit by the
fire. Smoke rose from the farm chimney. The bishop gave a short, witty speech. My uncle repairs watches and
violins. We swam across the bay before supper. A sharp wind blew from the west. Did you ever visit the Roman
baths? The boy wore thick woollen gloves. They usually choose the cheapest room. A famous author lives above
the bakery. Put the spoon beside the fish bowl. The airport was busy until midnight. Every pupil must bring a
warm jumper. The wheel broke on our way home. I wish you had phoned me before. Sam found a pearl in his
oyster. The bold robber ran off with a vase. Pour boiling water over the herbs. A pair of foxes live beneath
the shed. The room above mine is always noisy. Beth hopes to become a vet. The soup needs pepper and fresh
thyme. Our boat has a smooth white sail. You should have warned the poor man. The choir sang a merry old tune.
Philip gave away his favourite book. We pushed the broken van up the road. The cave was dark, damp and narrow.
Mother bought beef for the barbecue. Few things move faster than a rumour. His thumb was caught in the door.
The wolf howled beyond the river. Give the waiter a generous tip. They measured the height of the arch. A blue
vase stood upon the shelf. The youth club meets in a chapel. Nothing beats a bath after a long hike. Her
nephew builds very odd furniture. The path leads up to a ruined fort. Would you prefer pears or bananas? Maybe
they will open before five. The jury heard both sides of the story. A warm breeze moved the paper lamps. The
bear slept through the whole winter. Chew each bite before you swallow. My boss approved of the whole budget.
Tough people also need warm advice. The sheriff rode off on a brown mare. A few drops of ink fell on the map.
Where have you put my other shoe? The town was proud of its fountain. We love the sound of evening bells. Bob
fished for trout from the pier. The cook burned both of the puddings. I bought some ribbon for the parcel.
Thick ivy covers the garden wall. Who told you about our new puppy? The vicar has a beautiful deep voice.
Please wipe your feet on the mat. The movie began at half past seven. The pool was too shallow for diving. She
poured herself a cup of cocoa. A farmer drove his mob of sheep by. Open the window and breathe the air. The
vapour rose above the hot bath. They appear brave but feel afraid. My watch is five minutes too slow. The huge
ape beat upon its chest. Both views of the river are superb. Voters were unsure about the reform. A plump
robin hopped over the path. We ought to save water this summer. The bottom of the boat was painted. Few poems
move me as much as yours. The mechanic checked every valve. How far above the sea is your village? The chapel
bell rang before lunch. I would love a bowl of mushroom soup. Father shaved off his bushy beard. The wind
whipped up enormous waves. Her shop sells fabric and buttons. You forgot to feed the poor rabbit. The problem
was never about money. A gap between the boards lets in air. Put away your toys before we leave. Whoever wrote
this has a vivid mind. The nurse wrapped a bandage round it. The path was worn smooth by many feet. Amy bought
a pair of velvet shoes. We arrive by ferry on the fourth. A mouse may have chewed the rope. Poppy grew up
above a music shop. The video froze before it was over. Both halves of the map were missing. The room was full
of old paper. He hopes to improve his Welsh. A bulb above the porch went out. Never push a shovel with bare
feet. My aunt makes marvellous rhubarb pie. The vase fell but it did not break. A hundred voices filled the
chamber. Would you mind if I moved the lamp? Pumpkins are heavy but mostly water. The poet spoke with rare
warmth. The beaver built a dam from birch. We bumped into them at the theatre. A big part of the job is
patience. The fabric feels soft and rather warm. The boy mimed a man in a box. Five ships moved up the
estuary. Where the path forks, bear to the right. They gave up before the storm arrived. Our neighbour owns a
tiny vineyard. A single leaf floated over the pond. The juice of a lemon cures nothing. You look awfully tired
this morning. The shop above the bank sells pipes. Wise owls, they say, work at night. The usual train has
been cancelled. Her vision improved after a month. Measure twice and then cut the board. He mumbled a vague
apology and left. The beef was tough but full of flavour. Beige walls make a room look larger. The treasure
map was a clever fake. No one saw the azure flame but Joan. The joiner chose oak for the doorway. We toured
the royal palace on foot. A loyal hound lay by the hearth. We are moving to a farm above the bay before the
warm months begin. My mother wove the fabric by hand. Above the fireplace hung a map of the whole Baltic.
Pepper and thyme improve even the poorest mushroom soup. The vet gave both of the puppies a thorough bath.
Would you mind if I opened the window for a few moments? Our bus broke down between Bath and Oxford, so we
pushed. They would rather buy five cheap vases than a fine one. Perhaps the weather will be better on the
other shore. She whispered a warm farewell and vanished in the fog.
"""
SENTENCES = tuple(re.findall(r"\S[^.?!]*[.?!]", _SENTENCES))


def text_of(statement: int) -> str:
    """Words of a statement number: 1 and 2 the fixed ones, 3… the others. Explained in notebook 01."""
    return (STATEMENTS + SENTENCES)[statement - 1]
