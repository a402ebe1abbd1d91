export {
  ConnectionLost,
  type SimulatedAnswer,
  type SimulatedBook,
  type SimulatedKobo,
  type SimulatedPerson,
  type SimulatedServer,
} from './server.ts';
export { play, type Play, playAsAsked } from './play.ts';
