# What the tests need beside the project: a part of the script `run`, whose words it uses. Each thing is
# installed through apt where it is missing.

prepare_tools() {
  prepare_browser
  prepare_mpi
  prepare_cluster
}

has_browser() {
  for name in "${CHROME-}" chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return; fi
  done
  return 1
}

# What the tests look at the report with: its pages in a browser, its figures in another program.
prepare_browser() {
  if ! has_browser; then
    what='there is no browser for the tests' remedy='install Chromium or Chrome, or name one in CHROME'
  elif ! command -v rsvg-convert >/dev/null; then
    what='there is no rsvg-convert for the tests' remedy="install librsvg's programs"
  else
    return 0
  fi
  command -v apt-get >/dev/null || fail "$what, and no apt-get to install one: $remedy"
  as_root --browser "$what"
  has_browser || fail "Chromium was installed, yet there is no chromium on the PATH"
  command -v rsvg-convert >/dev/null ||
    fail "librsvg2-bin was installed, yet there is no rsvg-convert on the PATH"
}

install_browser() {
  [ "$(id -u)" -eq 0 ] || fail "only root may install a browser"
  updated=$(apt update 2>&1) || true
  if ! has_browser; then
    say "installing chromium through apt, because there is no browser for the tests"
    log=$(apt install chromium 2>&1) ||
      fail "apt cannot install chromium, so install a browser and name it in CHROME: $(apt_reason)"
  fi
  if command -v rsvg-convert >/dev/null; then return; fi
  say "installing librsvg2-bin through apt, because there is no rsvg-convert for the tests"
  log=$(apt install librsvg2-bin 2>&1) || fail "apt cannot install librsvg2-bin: $(apt_reason)"
}

# The implementations of MPI that are not on this machine, as Debian calls their programs' packages.
missing_mpis() {
  command -v mpirun.mpich >/dev/null || printf 'mpich '
  command -v mpirun.openmpi >/dev/null || printf 'openmpi-bin '
}

# What the tests train by several processes with.
prepare_mpi() {
  missing=$(missing_mpis)
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    fail "there is no mpirun.mpich or no mpirun.openmpi for the tests, and no apt-get to install one:" \
      "install MPICH and Open MPI, and call their mpirun so"
  as_root --mpi "MPICH or Open MPI is missing for the tests"
  [ -z "$(missing_mpis)" ] || fail "${missing% } was installed, yet its mpirun is not on the PATH"
}

install_mpi() {
  [ "$(id -u)" -eq 0 ] || fail "only root may install MPI"
  missing=$(missing_mpis)
  say "installing ${missing% } through apt, because the tests train by several processes"
  updated=$(apt update 2>&1) || true
  # shellcheck disable=SC2086 # one word a package
  log=$(apt install $missing 2>&1) || fail "apt cannot install ${missing% }: $(apt_reason)"
}

# What the tests share runs out with: Slurm's daemons, which they start in a folder of their own.
has_cluster() {
  for name in sbatch slurmctld slurmd munged; do
    command -v "$name" >/dev/null || [ -x "/usr/sbin/$name" ] || return 1
  done
}

prepare_cluster() {
  if has_cluster; then return; fi
  command -v apt-get >/dev/null || fail "there is no Slurm for the tests, and no apt-get to install one:" \
    "install Slurm's client, slurmctld, slurmd and munge"
  as_root --cluster "there is no Slurm for the tests"
  has_cluster ||
    fail "slurm-wlm and munge were installed, yet there is no sbatch, slurmctld, slurmd or munged"
}

install_cluster() {
  [ "$(id -u)" -eq 0 ] || fail "only root may install Slurm"
  say "installing slurm-wlm and munge through apt, because there is no Slurm for the tests"
  updated=$(apt update 2>&1) || true
  log=$(apt install slurm-wlm munge 2>&1) || fail "apt cannot install slurm-wlm and munge: $(apt_reason)"
}
