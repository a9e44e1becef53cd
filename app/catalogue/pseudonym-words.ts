/**
 * What people are called on a ticket: a word from the first list and one from the second. They stand beside the
 * gravest concerns, so no word here speaks of a mood, a body, an age, an origin or a sex, none is a person's name or
 * an insult anywhere that we know of, and none makes fun of what is said beside it. Names that were given stay as they
 * are: taking a word out changes those of tomorrow alone.
 */
export const LOOKS = [
  'Agate', 'Alder', 'Alpine', 'Amber', 'Aquamarine', 'Arctic', 'Azure', 'Barley', 'Basalt', 'Birch', 'Bramble',
  'Brass', 'Breezy', 'Canyon', 'Cedar', 'Cerulean', 'Cloudy', 'Clover', 'Coastal', 'Cobalt', 'Copper', 'Coral',
  'Cosmic', 'Crimson', 'Delta', 'Elm', 'Emerald', 'Evening', 'Fennel', 'Fjord', 'Flint', 'Garden', 'Garnet',
  'Glacier', 'Golden', 'Granite', 'Harbour', 'Hillside', 'Indigo', 'Island', 'Lagoon', 'Lakeside', 'Lapis', 'Larch',
  'Lilac', 'Limestone', 'Lunar', 'Magenta', 'Maple', 'Marble', 'Mauve', 'Meadow', 'Midday', 'Mint', 'Misty',
  'Moonlit', 'Morning', 'Mountain', 'Nickel', 'Ochre', 'Orchard', 'Pewter', 'Poplar', 'Prairie', 'Quartz', 'River',
  'Riverside', 'Russet', 'Saffron', 'Sandstone', 'Sapphire', 'Seaside', 'Silver', 'Slate', 'Solar', 'Spring',
  'Spruce', 'Starry', 'Stellar', 'Sunlit', 'Thyme', 'Topaz', 'Turquoise', 'Twilight', 'Ultramarine', 'Umber',
  'Valley', 'Vermilion', 'Winter', 'Woodland',
] as const // prettier-ignore

export const BIRDS = [
  'Auklet', 'Avocet', 'Barbet', 'Bellbird', 'Bluebird', 'Bobolink', 'Bowerbird', 'Brambling', 'Bulbul', 'Bunting',
  'Caracara', 'Cassowary', 'Chaffinch', 'Chiffchaff', 'Condor', 'Corella', 'Cormorant', 'Cotinga', 'Crake', 'Crane',
  'Crossbill', 'Curlew', 'Dipper', 'Dunlin', 'Egret', 'Eider', 'Falcon', 'Fantail', 'Fieldfare', 'Finch',
  'Firecrest', 'Flamingo', 'Flycatcher', 'Fulmar', 'Gadwall', 'Garganey', 'Godwit', 'Goldcrest', 'Goldeneye',
  'Goldfinch', 'Grackle', 'Grebe', 'Greenfinch', 'Greenshank', 'Guillemot', 'Hamerkop', 'Harrier', 'Heron',
  'Hornbill', 'Hummingbird', 'Ibis', 'Jacana', 'Junco', 'Kestrel', 'Kite', 'Kittiwake', 'Lapwing', 'Lark', 'Linnet',
  'Longspur', 'Lorikeet', 'Lyrebird', 'Macaw', 'Mallard', 'Manakin', 'Meadowlark', 'Merganser', 'Motmot',
  'Murrelet', 'Nightingale', 'Nightjar', 'Oriole', 'Osprey', 'Ovenbird', 'Owl', 'Oystercatcher', 'Parakeet',
  'Pelican', 'Petrel', 'Phalarope', 'Pintail', 'Pipit', 'Plover', 'Pochard', 'Ptarmigan', 'Puffin', 'Quetzal',
  'Razorbill', 'Redpoll', 'Redshank', 'Redstart', 'Redwing', 'Rosella', 'Sanderling', 'Sandpiper', 'Shearwater',
  'Shelduck', 'Silvereye', 'Siskin', 'Skylark', 'Sparrow', 'Spoonbill', 'Starling', 'Stilt', 'Stonechat', 'Stork',
  'Sunbird', 'Swan', 'Swift', 'Tanager', 'Teal', 'Tern', 'Tinamou', 'Toucan', 'Towhee', 'Trogon', 'Turaco',
  'Turnstone', 'Veery', 'Vireo', 'Wagtail', 'Warbler', 'Waxwing', 'Wheatear', 'Whimbrel', 'Whinchat', 'Wigeon',
  'Willet', 'Woodlark', 'Yellowhammer',
] as const // prettier-ignore
