// The few words that scripts write themselves; pages bring all others.

const ZH = {
  idle: "在线，未录制", conn: "连接中", live: "直播", full: "全画面", small: "小画面", sound: "仅声音", soundWhy: "链路只够传声音，画面随后补传", rewind: "回看", now: "现在",
  batteryLeft: "电量约剩", storageLeft: "存储约剩", hotIn: "离过热约", hours: "小时",
  drainIn: "传完约需", drainNever: "积压未减少", stall: "卡顿", off: "失联", silent: "计划静默", private: "隐私时段", ended: "已停止", unsupported: "无法播放",
  silentUntil: "计划静默至", silentLeft: "还剩", silentOver: "已超过计划静默的时间，未恢复联系",
  privateSince: "隐私时段，自", privateWhy: "录制照常，画面和声音任何人不能查看",
  waiting: "等待设备画面", waitingWhy: "设备开始录制后自动显示",
  heldAt: "画面停在", stallWhy: "本机仍在录制，网络恢复后自动补传",
  lost: "失联", lostWhy: "设备自主录制中，恢复后自动补传", bridgedWhy: "外接摄像头：中断期间没有录像，自动重新连接", endedAt: "录制已停止", endedWhy: "影像正在归档，可在存档中回放",
  unsupportedWhy: "此浏览器不支持该编码", refused: "无法取得画面",
  archivedTo: "存至", backlog: "待传", good: "良好", thin: "弱", none: "无信号", lastHeard: "最后联系", cutOff: "断开于", online: "台在线", lostCount: "台失联", fragments: "段",
  minutes: "分", seconds: "秒", signal: "信号", skipped: "跳过",
  packing: "正在打包", exportEnded: "已取消", films: "段录像", blurred: "遮挡", silenced: "静音", recording: "录像", closedParts: "其中隐私未开放", filmsEmpty: "段没有可看的画面", saved: "已保存", failed: "未完成", play: "播放", pause: "暂停", at: "定位",
  noPosition: "暂无定位", mock: "模拟位置", site: "行动地点", toSite: "距地点", updated: "刷新", gapHere: "此处无录像", coming: "仍在录制", comingWhy: "最新的画面稍后可看",
  receiving: "接收中", clipWhole: "整段录像", clipOrder: "终点须晚于起点", clipNoPicture: "还没有画面",
  clipGaps: "有中断，缺", clipNoGap: "无中断",
  talkHold: "按住讲话", talkNow: "正在讲话，松开结束", talkOpening: "正在打开麦克风…", talkSpeak: "请讲", talkKept: "已结束，录音存档中",
  talkLimit: "满 60 秒自动结束", talkOff: "对讲未接通", talkNobody: "对方听不到，请改发文字指令", talkTaken: "有人正在讲话，请稍候",
  talkOfficer: "现场人员", talkSpeaks: "正在讲话", talkClick: "点一下本页，即可听到现场讲话", talkOtherDesk: "指挥中心另有人正在讲话", talkPlayed: "已播放",
  earpiece: "听筒", loudspeaker: "扬声器", textOnly: "只收文字", away: "未连接",
  micDenied: "浏览器未获准使用麦克风，请在地址栏允许后重试", micNone: "未找到麦克风",
  micUnsupported: "此浏览器不支持对讲，请用新版 Chromium 内核浏览器", micFailed: "麦克风无法打开",
  archived: "存档", smallOnly: "仅小画面", viewingCopy: "观看副本 · 原画面为 H.265", soundOnly: "仅声音", soundOnlyWhy: "此时段只有声音到达",
  privateHere: "隐私时段，未开放", chooseFewer: "最多选四台", chooseOne: "至少选一台", noneLater: "此后没有录像", resumesAt: "录像恢复于", fragment: "段",
  goOutside: "不在本次录像的时间内", goHow: "填段号，或时间 14:21:36", goMissing: "未存档，无法播放",
  trackNote: "未配置底图 · 轨迹与时间轴同步", trackNone: "录像中没有定位", noPlaceFor: "定位中断",
  importFromName: "取自文件名，请核对", importFromDate: "文件里没有时间：这是文件日期，请改成录像开始的时间",
  importWaiting: "连接中断，自动接着传；已存", importLost: "连接中断，自动再问", importHeld: "已存", importOther: "不是同一个文件，没有上传",
  willMark: "将标记", inSight: "所见画面", marking: "正在标记…", marked: "已标记",
  importLot: "共", importSent: "已送达", importLeftOut: "没有列入（不是录像，或者超过 200 个）",
};

const EN: typeof ZH = {
  idle: "Online, not recording", conn: "Connecting", live: "Live", full: "Full", small: "Small", sound: "Sound only", soundWhy: "The link carries only sound; the picture follows later", rewind: "Replay", now: "Now",
  batteryLeft: "Battery lasts", storageLeft: "Storage lasts", hotIn: "Too hot in", hours: "h",
  drainIn: "Done in", drainNever: "Backlog is not shrinking", stall: "Stalled", off: "Lost", silent: "Planned silence", private: "Private", ended: "Stopped", unsupported: "Cannot play",
  silentUntil: "Planned silence until", silentLeft: "Left:", silentOver: "Longer than the planned silence",
  privateSince: "Private since", privateWhy: "Recording goes on; nobody can see or hear it",
  waiting: "Waiting for the picture", waitingWhy: "Shown as soon as the device records",
  heldAt: "Picture held at", stallWhy: "The device still records; the rest follows when the link is back",
  lost: "Lost for", lostWhy: "The device records on its own; the rest follows later", bridgedWhy: "A bridged camera: nothing is recorded meanwhile; it is tried again", endedAt: "Recording stopped", endedWhy: "Being archived; see the archive to replay",
  unsupportedWhy: "This browser cannot play this codec", refused: "No picture to be had",
  archivedTo: "Archived to", backlog: "Waiting", good: "Good", thin: "Thin", none: "No signal", lastHeard: "Last heard", cutOff: "Cut off", online: "online", lostCount: "lost", fragments: "fragments",
  minutes: "min", seconds: "s", signal: "Signal", skipped: "Skipped",
  packing: "Packing", exportEnded: "Cancelled", films: "recordings", blurred: "Blurred", silenced: "Silenced", recording: "Recording", closedParts: "of these private and closed", filmsEmpty: "with nothing to show", saved: "Saved", failed: "Not done", play: "Play", pause: "Pause", at: "At",
  noPosition: "No position yet", mock: "simulated place", site: "the place", toSite: "to the place", updated: "Updated", gapHere: "No footage here", coming: "Still recording", comingWhy: "The newest pictures follow shortly",
  receiving: "Receiving", clipWhole: "Whole recording", clipOrder: "The end must be after the beginning", clipNoPicture: "No picture yet",
  clipGaps: "With gaps, missing", clipNoGap: "No gaps",
  talkHold: "Hold to talk", talkNow: "Speaking; let go to end", talkOpening: "Opening the microphone…", talkSpeak: "Speak now", talkKept: "Ended; being archived",
  talkLimit: "Ended after 60 seconds", talkOff: "Talk is not connected", talkNobody: "They cannot hear: send an order in writing", talkTaken: "Somebody else is speaking",
  talkOfficer: "An officer", talkSpeaks: "is speaking", talkClick: "Click anywhere here to hear the officers", talkOtherDesk: "Another desk is speaking", talkPlayed: "Played",
  earpiece: "Earpiece", loudspeaker: "Loudspeaker", textOnly: "Text only", away: "Not connected",
  micDenied: "The browser may not use the microphone: allow it beside the address, then try again", micNone: "No microphone found",
  micUnsupported: "This browser cannot talk: use a recent Chromium", micFailed: "The microphone cannot be opened",
  archived: "Archived", smallOnly: "Small picture only", viewingCopy: "Viewing copy · original is H.265", soundOnly: "Sound only", soundOnlyWhy: "Only the sound came for this time",
  privateHere: "Private interval, not opened", chooseFewer: "Choose four at most", chooseOne: "Choose one at least", noneLater: "No footage after this", resumesAt: "Footage resumes at", fragment: "Fragment",
  goOutside: "Outside the time of this footage", goHow: "A fragment's number, or a time 14:21:36", goMissing: "not archived, cannot be played",
  trackNote: "No map configured · track follows the timeline", trackNone: "No position in this footage", noPlaceFor: "No position for",
  importFromName: "From the file's name; please check", importFromDate: "The name has no time: this is the file's date, put the beginning of the recording",
  importWaiting: "Connection lost, goes on by itself; held", importLost: "Connection lost, asking again", importHeld: "Held", importOther: "This is another file; nothing was sent",
  willMark: "Will mark", inSight: "in sight", marking: "Marking…", marked: "Marked",
  importLot: "In all", importSent: "sent", importLeftOut: "Left out (no films, or more than 200)",
};

export const words = document.documentElement.lang.startsWith("en") ? EN : ZH;

const two = (n: number): string => String(Math.floor(n)).padStart(2, "0");
export const COURT_OFFSET_MS = 8 * 3_600_000; // the court keeps Asia/Shanghai, wherever the browser is

/** hh:mm:ss in the court's time zone. */
export function clockTime(ms: number): string {
  const d = new Date(ms + COURT_OFFSET_MS);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

export function dateTime(ms: number): string {
  const d = new Date(ms + COURT_OFFSET_MS);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${clockTime(ms)}`;
}

export function exactTime(ms: number): string {
  return `${dateTime(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** yyyymmdd-hhmmss.mmm in the court's time zone, for a file's name. */
export function fileTime(ms: number): string {
  return exactTime(ms).replace(/[-:]/g, "").replace(" ", "-");
}

export function elapsed(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${two(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}`;
}

export function span(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return s < 60 ? `${s} ${words.seconds}` : `${Math.floor(s / 60)} ${words.minutes} ${s % 60} ${words.seconds}`;
}

export function minutes(seconds: number): string {
  const m = Math.floor(Math.max(0, seconds) / 60);
  return m < 60 ? `${m} ${words.minutes}` : `${Math.floor(m / 60)} ${words.hours} ${m % 60} ${words.minutes}`;
}

export function bytes(n: number): string {
  return n < 1_000_000 ? `${Math.ceil(n / 1000)} KB` : `${(n / 1_000_000).toFixed(n < 1e7 ? 1 : 0)} MB`;
}
