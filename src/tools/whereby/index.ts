import type { Tool } from '../../toolkit/tool.ts';
import { createRoom } from './create-room.ts';
import { getParticipant, listParticipants, listRoomInsights } from './insights.ts';
import { getWherebyUser } from './me.ts';
import { getMeeting, listMeetings } from './meetings.ts';
import { deleteRecordings, getRecording, getRecordingLink, listRecordings } from './recordings.ts';
import { deleteRoom, getRoom, listRooms } from './rooms.ts';
import { createSummary, deleteSummary, getSummary, listSummaries } from './summaries.ts';
import { setRoomBackground, setRoomColors, setRoomLogo } from './themes.ts';
import { createTranscription, deleteTranscriptions, getTranscription, getTranscriptionLink, listTranscriptions } from './transcriptions.ts';

/** Everything about video rooms: `whereby.*`. */
export const wherebyTools: readonly Tool[] = [
  listRooms,
  getRoom,
  createRoom,
  deleteRoom,
  listMeetings,
  getMeeting,
  listParticipants,
  getParticipant,
  listRecordings,
  getRecording,
  getRecordingLink,
  deleteRecordings,
  createTranscription,
  listTranscriptions,
  getTranscription,
  getTranscriptionLink,
  deleteTranscriptions,
  createSummary,
  listSummaries,
  getSummary,
  deleteSummary,
  listRoomInsights,
  setRoomColors,
  setRoomLogo,
  setRoomBackground,
  getWherebyUser,
];
