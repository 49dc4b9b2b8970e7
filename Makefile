# Builds mimamori into build/: mimamorid, mimamori, mimamori-button. `make help` names the targets.
BUILD    ?= build
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS   ?= -O2 -g
VERSION   = 0.1.0
PACKAGES  = libmosquitto sqlite3 libcurl libmicrohttpd libcjson inih libsodium liboath libqrencode
WARNINGS  = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wno-unknown-warning-option -Wno-format-truncation -Werror
CPPFLAGS += -I. -D_GNU_SOURCE -DMIMAMORI_VERSION='"$(VERSION)"'
# What makes a mistake of ours hard to exploit. Fortified calls need an optimizer, and would hide errors from sanitizers.
machine  := $(shell $(CC) -dumpmachine)
HARDENING = -fPIE -fstack-protector-strong -fstack-clash-protection -Werror=format-security \
	$(if $(filter x86_64-%,$(machine)),-fcf-protection) $(if $(filter aarch64-%,$(machine)),-mbranch-protection=standard) \
	$(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)),$(if $(findstring -fsanitize,$(CFLAGS))$(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3))
HARD_LINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack
COMPILE   = $(CC) -std=c11 -pthread $(HARDENING) $(WARNINGS) $(CFLAGS) $(CPPFLAGS) -MMD -MP
LIBS      = $(shell pkg-config --libs $(PACKAGES)) -lm

# The rooms. Each may use those named after it in `uses_`, and nothing else.
common = clock zone duration log memory config topic checkin text utf8 written secret password fields
store  = sqlite schema store timeline audit watchers users policies districts addresses incidents causes notifications outbox residents expectations checkins rejected devices hearing concerned imports exports pauses ends invariants counts daily incident_list record accounts pairing answer_tokens disclosures consents never_told replacements retention enrolment whole tasks signoffs visits report month_counts targets sessions marks
watch  = rules duty ladder telling machine incident incident_acts circle watch schedule schedule_parse schedule_words holidays expectation press blind pause pause_service pause_identity alike daily daily_json incident_json json facts sharing summary answer answer_acts standing items disclosure consent barred replacement retention enrolment enrolment_days enrolment_names whole refusal signoff usual visit period report_figures report_month report_count report report_hide report_json
intake = decode batch intake
notify = channels mail webhook device log links matter words_resident words_watcher words_staff words_question words_unsigned compose easy mailers posts transfers servers errand desk notify heartbeat
web    = web serve queue guests framing listen routes guard call readings body reply html qr streams board probes ready metrics pages assets cursor signin factor keys audit status events paper device_checkin device_login incident_acts incidents pauses resident_acts resident_days residents residents_search rows resident_edits watchers watcher_edits watcher_tests devices districts policies users imports exports signoffs colleagues reports link_page answers answer_page my my_page links items_json consents never_told disclosures replacements watcher_sheet checks
tables = charset csv faults cell tables sheet import_rules import_plan import_write edit table_csv status_csv program broker_passwords handout report_csv
cli    = import export progress check backup grid arguments reply words commands status resident incidents acts people accounts buttons trial
server = settings health ticker supervise jump
button = gesture queue core spool link evdev source lamp console settings

rooms  = common store watch intake notify tables web cli server button
folder_common = common
folder_button = device/button
folder_server = server
folder = $(or $(folder_$(1)),server/$(1))

uses_common = common
uses_button = button common
uses_store  = store common
uses_watch  = watch store common
uses_server = server watch store common
uses_intake = intake server watch store common
uses_notify = notify server watch store common
uses_tables = tables server watch store common
uses_web    = web notify tables server watch store common
uses_cli    = cli tables notify server watch store common
uses_daemon = intake notify web tables server watch store common
archives    = $(patsubst %,$(BUILD)/%.a,$(uses_$(1)))

programs = $(BUILD)/mimamorid $(BUILD)/mimamori $(BUILD)/mimamori-button

all: $(programs)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC $<'; $(COMPILE) -c $< -o $@

define room_rule
$(BUILD)/$(1).a: $$(patsubst %,$$(BUILD)/$$(call folder,$(1))/%.o,$$($(1))) Makefile
	@mkdir -p $$(@D); rm -f $$@
	@ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach room,$(rooms),$(eval $(call room_rule,$(room))))

# The pages: bundled by Debian's own Node from npm packages (installed only when the lock changed), linked into web.a.
ui         = server/web/ui
ui_parts   = $(ui)/node_modules/.installed
ui_sources = $(shell find $(ui) -name node_modules -prune -o -type f ! -name '*.md' -print) common/text.def
ui_out     = $(BUILD)/$(ui)

$(ui_parts): $(ui)/package-lock.json
	@flock $< sh -c '[ $@ -nt $< ] || { echo "installing the Node packages of the pages" >&2; cd $(ui) && \
		npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error >/dev/null && touch node_modules/.installed; }'
$(ui_out)/asset_bytes.s $(ui_out)/asset_list.c &: $(ui_sources) | $(ui_parts)
	@mkdir -p $(ui_out)
	@echo '  UI $(ui)'; node $(ui)/build.mjs $(ui_out)
$(ui_out)/%.o: $(ui_out)/%.c
	@$(COMPILE) -c $< -o $@
$(ui_out)/%.o: $(ui_out)/%.s
	@$(CC) -c $< -o $@
$(BUILD)/web.a: $(ui_out)/asset_bytes.o $(ui_out)/asset_list.o

LINK = $(CC) -pthread $(HARD_LINK) $(CFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LDFLAGS) $(LIBS) -o $@

daemon = main daemon link handover housekeeping
$(BUILD)/mimamorid: $(daemon:%=$(BUILD)/server/%.o) $(call archives,daemon)
	@echo '  LD $@'; $(LINK)
$(BUILD)/mimamori: $(BUILD)/server/cli/main.o $(call archives,cli)
	@echo '  LD $@'; $(LINK)
$(BUILD)/mimamori-button: $(BUILD)/device/button/main.o $(call archives,button)
	@echo '  LD $@'; $(LINK)

# Tests: one program a file, linked with the room it tests and what that room uses.
include tests/tests.mk
include tests/bench/bench.mk

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# What each part of the work needs from Debian 12. Whatever is there already costs one look (tests/deps).
build_packages    = gcc libc6-dev make pkg-config libmosquitto-dev libsqlite3-dev libcurl4-openssl-dev \
	libmicrohttpd-dev libcjson-dev libinih-dev libsodium-dev \
	liboath-dev libqrencode-dev nodejs npm util-linux
broker_packages   = $(build_packages) mosquitto procps tzdata
run_packages      = $(broker_packages) python3 python3-aiosmtpd
test_packages     = $(broker_packages) libcmocka-dev libseccomp-dev systemd openssl sqlite3 faketime chromium chromium-l10n fonts-noto-cjk poppler-utils
bench_packages    = mosquitto-clients prometheus-alertmanager sqlite3 g++ python3
lint_packages     = $(build_packages) libcmocka-dev libseccomp-dev clang clang-format clang-tidy
coverage_packages = gcovr
fuzz_packages     = $(build_packages) clang libclang-rt-14-dev llvm
soak_packages     = valgrind

all: ## builds the programs into build/ (the default)
clean: ## removes what was built
	rm -rf $(BUILD) build-sanitize build-threads build-clang build-coverage build-fuzz

deps: ## installs what building needs
	@tests/deps $(build_packages)
run-deps test-deps bench-deps lint-deps coverage-deps fuzz-deps soak-deps: %-deps:
	@tests/deps $($*_packages)

MQTT_PORT ?= 18830
WEB_PORT  ?= 18080
RUN_DIR   ?= run
run: run-deps ## the sample town for two minutes: broker, daemon, buttons, mail; Ctrl-C ends all of it
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@exec /usr/bin/python3 tests/demo/town.py $(BUILD) $(RUN_DIR) $(MQTT_PORT) $(WEB_PORT)

prefix = /usr/local
bindir = $(prefix)/bin
units  = $(prefix)/lib/systemd/system
install: all ## installs programs and unit files below DESTDIR and prefix
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(units) $(DESTDIR)$(prefix)/share/mimamori
	install -m 755 $(programs) $(DESTDIR)$(bindir)
	sed 's|@bindir@|$(bindir)|' server/mimamorid.service >$(DESTDIR)$(units)/mimamorid.service
	sed 's|@bindir@|$(bindir)|' device/button/mimamori-button.service >$(DESTDIR)$(units)/mimamori-button.service
	install -m 644 server/broker/mimamori-broker.path server/broker/mimamori-broker.service $(DESTDIR)$(units)
	install -m 644 server/broker/mimamori.conf server/broker/mimamori.acl $(DESTDIR)$(prefix)/share/mimamori

# Programs of the tests' own Node come from npm, under tests/ only, and only when the lock changed.
node_parts        = tests/node_modules/.installed
integration_tests = $(wildcard tests/integration/*.test.mjs)
browser_tests     = $(wildcard tests/browser/*.test.mjs)

$(node_parts): tests/package-lock.json | test-deps
	@echo "installing the tests' Node packages" >&2
	@cd $(<D) && npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error
	@touch $@

all_tests = $(simulation_tests) $(unit_tests) $(story_tests) $(power_tests) $(fuzz_tests) $(integration_tests) $(browser_tests)
test: test-deps $(node_parts) ## installs what is missing, builds, runs every test
	@$(MAKE) --no-print-directory -j$$(nproc) all unit fuzzers
	@MIMAMORI_BUILD=$(abspath $(BUILD)) tests/run $(filter-out $(LEFT_OUT),$(all_tests))

# Programs of our own Node tests outside `make test`.
run_node = MIMAMORI_BUILD=$(abspath $(BUILD)) tests/node_modules/node-linux-*/bin/node --no-warnings --test-force-exit

# The Node-RED that we are measured beside. Its SQLite is built here where npm has none built for this machine.
bench_parts = tests/bench/node_modules/.installed
$(bench_parts): tests/bench/package-lock.json | bench-deps
	@echo "installing Node-RED to be measured beside" >&2
	@cd $(<D) && if [ -e /usr/include/node/node_api.h ]; then export npm_config_nodedir=/usr; fi && \
		npm ci --no-audit --no-fund --no-progress --loglevel=error
	@touch $@

bench: test-deps bench-deps $(node_parts) $(bench_parts) ## how fast, beside yardsticks of the same minute (PARTS="press mail": only those)
	@$(MAKE) --no-print-directory -j$$(nproc) all bench-programs
	@PARTS="$(PARTS)" $(run_node) --test-reporter=spec tests/bench/run.mjs

# Attacks that last: each part is a target soak-PART of its own.
soaks  = kills power garbage starved pull simulation threads memory
KILLS ?= 10000
soak: test-deps soak-deps $(node_parts) ## attacks for long: kills, power cuts, bad disks, no memory, garbage, pulls from the web, years of a town, lives of the daemon under ThreadSanitizer and valgrind (KILLS=1000; PULL_SECONDS=600; PARTS="kills": only those)
	@$(MAKE) --no-print-directory -j$$(nproc) all unit
	@for part in $(or $(PARTS),$(soaks)); do $(MAKE) --no-print-directory soak-$$part || exit; done
soak-kills:
	@KILLS=$(KILLS) $(run_node) --test-reporter=spec tests/soak/kills.mjs
soak-garbage:
	@GARBAGE_MESSAGES=$(or $(GARBAGE_MESSAGES),1000000) $(run_node) --test-reporter=spec tests/integration/garbage.test.mjs
soak-starved:
	@STARVED=long $(run_node) --test-reporter=spec tests/integration/starved.test.mjs
soak-pull:
	@PULL_SECONDS=$(or $(PULL_SECONDS),180) PULL_KILLS=$(or $(PULL_KILLS),100) $(run_node) --test-reporter=spec tests/integration/pulled.test.mjs
soak-power:
	@export MIMAMORI_SEED=$${SEED:-$$(date +%s)}; \
	MIMAMORI_CUTS=5000 $(BUILD)/tests/power/store_cut && MIMAMORI_CUTS=100000 $(BUILD)/tests/power/spool_cut && \
	MIMAMORI_CUTS=0 $(BUILD)/tests/power/store_faults && MIMAMORI_CUTS=1000 $(BUILD)/tests/power/memory_out
SEEDS ?= 10
soak-simulation:
	@first=$${SEED:-$$(date +%s)}; for seed in $$(seq $$first $$((first + $(SEEDS) - 1))); do \
		$(BUILD)/tests/simulation/tokyo --seed $$seed --residents 2000 && \
		$(BUILD)/tests/simulation/berlin --seed $$seed --residents 2000 || exit; done
soak-threads: override BUILD = $(threads_build)
soak-threads:
	@$(MAKE) --no-print-directory -j$$(nproc) all BUILD=$(BUILD) CFLAGS="$(threads_cflags)"
	@$(threads_options) LIVES="$(LIVES)" $(run_node) --test-reporter=spec tests/soak/threads.mjs
soak-memory:
	@$(run_node) --test-reporter=spec tests/soak/memory.mjs

pictures: test-deps $(node_parts) ## makes the pictures of docs/ anew
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@$(run_node) --test-reporter=spec tests/browser/pictures.mjs

sanitize: ## the same, built with the address and undefined behaviour sanitizers
	@UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) --no-print-directory test BUILD=build-sanitize \
		CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"

# ThreadSanitizer ends a program at its first race. Left out is what it does not understand (libfaketime waits on
# conditions in the place of the C library, and a mutex seems to be held meanwhile), and what has one thread only and takes
# many times as long: years of a town, and power cuts.
threads_build   = build-threads
threads_cflags  = -O1 -g -fsanitize=thread -fno-omit-frame-pointer
threads_options = TSAN_OPTIONS="halt_on_error=1 exitcode=66 history_size=4 second_deadlock_stack=1 $(TSAN_OPTIONS)"
threads_not     = tests/integration/clocks.test.mjs $(threads_build)/tests/simulation/% $(threads_build)/tests/power/%
threads: ## races: the tests, built with ThreadSanitizer
	@$(threads_options) TEST_TIMEOUT=1800 $(MAKE) --no-print-directory test BUILD=$(threads_build) CFLAGS="$(threads_cflags)" \
		LEFT_OUT="$(threads_not)"

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= $(fuzz_names)
fuzz: fuzz-deps ## feeds each decoder what libFuzzer makes up, 60 s each (FUZZ_SECONDS=600, FUZZ_TARGETS="csv import")
	@$(MAKE) --no-print-directory -j$$(nproc) fuzzers BUILD=build-fuzz CC=clang FUZZ_MAIN= FUZZ_LDFLAGS=-fsanitize=fuzzer \
		CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZ_TARGETS:%=build-fuzz/tests/fuzz/%)

coverage: test-deps coverage-deps ## the same, and which lines of our own code no test ran
	@$(MAKE) --no-print-directory test BUILD=build-coverage CFLAGS="-O0 -g --coverage"
	@gcovr --object-directory build-coverage --exclude 'tests/' --exclude-unreachable-branches

c_sources = $(sort $(wildcard $(foreach dir,common server server/* device/* tests/unit tests/stories tests/simulation tests/power tests/integration tests/fuzz tests/bench,$(dir)/*.c)))
c_headers = $(sort $(wildcard $(foreach dir,common server server/* device/* tests/unit tests/stories tests/simulation tests/power tests/integration tests/fuzz tests/bench,$(dir)/*.h)))

lint: SHELL = /bin/bash
lint: lint-deps $(node_parts) ## format, clang-tidy, a build with clang and the same warnings, and eslint
	@clang-format --dry-run --Werror $(c_sources) $(c_headers)
	@tests/node_modules/node-linux-*/bin/node tests/node_modules/eslint/bin/eslint.js --config tests/eslint.config.mjs $(ui) tests
	@$(MAKE) --no-print-directory -j$$(nproc) all unit fuzzers CC=clang BUILD=build-clang
	@set -o pipefail; printf '%s\n' $(c_sources) | \
		xargs -P$$(nproc) -I{} clang-tidy --quiet {} -- -std=c11 $(CPPFLAGS) 2>&1 | sed '/ warnings* generated\.$$/d'

help: ## names the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: all clean run install deps run-deps test-deps bench-deps lint-deps coverage-deps test bench soak $(soaks:%=soak-%) soak-deps pictures sanitize threads coverage lint help fuzz fuzz-deps
