// The desk's scripts: live parts only; all pages are rendered by the server.
import htmx from "htmx.org";
import { ApartFilm } from "./apart_film";
import { ArchiveGrowth } from "./archive_growth";
import { ArchivePicture } from "./archive_picture";
import { ArchivePlayer } from "./archive_player";
import { BundleExport } from "./bundle_export";
import { ClipExport } from "./clip_export";
import { ContactSheet } from "./contact_sheet";
import { connectDesk, onEvent } from "./desk_socket";
import { DerivedCopy } from "./derived_copy";
import { EventFeed } from "./event_feed";
import { ExhibitList } from "./exhibit_list";
import { FileImport } from "./file_import";
import { ImportList } from "./import_list";
import { ImportLot } from "./import_lot";
import { listenForKeys } from "./keys";
import { LiveTile } from "./live_tile";
import { MarkerList, MarkerMoment } from "./markers";
import { PresenceMap } from "./presence_map";
import { walkRows } from "./row_keys";
import { SosSound } from "./sos_sound";
import { TalkBar } from "./talk_bar";
import { TalkList } from "./talk_list";
import { TimeLine } from "./timeline";
import { TrackMap } from "./track_map";
import { LiveWall } from "./wall";
import { clockTime } from "./words";
import { WordingEditor } from "./wording_editor";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

customElements.define("live-tile", LiveTile);
customElements.define("live-wall", LiveWall);
customElements.define("event-feed", EventFeed);
customElements.define("presence-map", PresenceMap);
customElements.define("archive-picture", ArchivePicture); // before the player, which calls it
customElements.define("archive-player", ArchivePlayer);
customElements.define("track-map", TrackMap);
customElements.define("time-line", TimeLine);
customElements.define("archive-growth", ArchiveGrowth); // after those who listen to it
customElements.define("marker-list", MarkerList);
customElements.define("marker-moment", MarkerMoment);
customElements.define("bundle-export", BundleExport);
customElements.define("sos-sound", SosSound);
customElements.define("talk-bar", TalkBar);
customElements.define("talk-list", TalkList);
customElements.define("exhibit-list", ExhibitList);
customElements.define("apart-film", ApartFilm);
customElements.define("file-import", FileImport);
customElements.define("import-list", ImportList);
customElements.define("import-lot", ImportLot);
customElements.define("clip-export", ClipExport);
customElements.define("derived-copy", DerivedCopy);
customElements.define("contact-sheet", ContactSheet);
customElements.define("wording-editor", WordingEditor);

// a page with a refused form stands at the form's address: asked for again, it is the page
const came = document.querySelector<HTMLElement>("main[data-came]")?.dataset.came;
if (came !== undefined) window.history.replaceState(null, "", came);

listenForKeys();
walkRows();

const since = document.body.dataset.since;
if (since !== undefined) {
  connectDesk(Number(since));
  // parts of a page that an event changes listen for `mz-changed` and are fetched again
  onEvent((event) => {
    if (event.type.startsWith("Sos")) htmx.trigger(document.body, "mz-sos");
    const { operation, case: caseId } = document.body.dataset;
    if (operation && event.operation !== operation && event.case !== caseId) return;
    htmx.trigger(document.body, "mz-changed");
  });
}

const clock = document.querySelector("[data-part=clock]");
if (clock) window.setInterval(() => (clock.textContent = clockTime(Date.now())), 1_000);
