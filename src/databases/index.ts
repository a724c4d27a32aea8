/** The one seam by which publishers are spread over several databases (`docs/scale.md`). */
export { atNewHome } from './begin'
export { atHome, atHomeOfName, isTakenElsewhere, sweepHomes } from './homes'
export { databaseNumbers, inDatabase, inEach, numberOf, ofPublisher, seqsAbove } from './numbers'
