// Starts the page: each script looks after its own part.

import { watchCitations } from "./card.js";
import { watchChecking } from "./checking.js";
import { watchCompleting } from "./completing.js";
import { watchConversation } from "./conversation.js";
import { showRun, watchCollection } from "./collection.js";
import { watchFeedback } from "./feedback.js";
import { watchFound } from "./found.js";
import { watchGaps } from "./gaps.js";
import { watchHistory } from "./history.js";
import { watchKeys } from "./keys.js";
import { watchLanguage } from "./language.js";
import { watchLengths } from "./limits.js";
import { watchNotebook } from "./notebook.js";
import { watchPinning } from "./pinning.js";
import { watchRelated } from "./related.js";
import { recover, watchSending } from "./sending.js";
import { watchState } from "./state.js";
import { watchAddress } from "./views.js";

watchConversation();
watchCitations();
watchChecking();
watchRelated();
watchSending();
watchCompleting();
watchLengths();
watchKeys();
watchLanguage();
watchCollection();
watchHistory();
watchPinning();
watchNotebook();
watchFeedback();
watchGaps();
watchFound();
watchAddress();
watchState(showRun, recover);
