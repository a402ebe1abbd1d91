export {
  ConnectionLost,
  type SimulatedAnswer,
  type SimulatedBook,
  type SimulatedPerson,
  type SimulatedServer,
} from './server.ts';
export { play, type Play, playAsAsked } from './play.ts';
