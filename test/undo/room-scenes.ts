import type { WherebyStage } from '../whereby-stage.ts';
import type { Deed } from './deed.arbitrary.ts';

type Input = Readonly<Record<string, unknown>>;

/** One for every tool about video rooms that can be undone; what has to be there first is made by the scene. */
export const roomScenes: Readonly<Record<string, (deed: Deed, stage: WherebyStage) => Promise<Input> | Input>> = {
  'whereby.create_room': ({ count, flag, otherStart }) => ({
    ...(flag ? { room_name_prefix: `board-${count}-`, is_locked: true, room_mode: 'group' } : {}),
    ...(count > 2 ? { end_date: otherStart } : { duration_minutes: 30 * (count + 1) }),
  }),
  'whereby.create_transcription': async (deed, stage) => ({ recording_id: await record(deed, stage) }),
  'whereby.create_summary': async (deed, stage) => {
    const { transcriptionId } = await stage.call('create_transcription', { recording_id: await record(deed, stage) });
    return { transcription_id: transcriptionId, ...(deed.flag ? { template: 'General Bulleted' } : {}) };
  },
};

/** A call in which somebody said something, recorded. */
async function record({ name, text, count }: Deed, stage: WherebyStage): Promise<string> {
  const room = await stage.call('create_room', { room_name_prefix: 'media-', duration_minutes: 600 });
  const roomName: string = room.roomName;
  const speaker = await stage.ada.join(roomName, { displayName: name });
  // It takes two to make a session.
  await stage.ada.join(roomName, { displayName: 'Tim' });
  await stage.ada.act(`POST /rooms${roomName}/recording/start`);
  await stage.ada.act(`POST /rooms${roomName}/participants/${speaker.participantId}/say`, { text });
  stage.whereby.clock.now += count * 60_000;
  await stage.ada.act(`POST /rooms${roomName}/end`);
  const { data } = await stage.call('list_recordings', { room_name: roomName });
  return data[0].recordingId;
}
