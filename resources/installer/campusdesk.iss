; Builds the Windows set-up program by Inno Setup 6 from the folder that PyInstaller made:
;   iscc /DVersion=0.1.0 /DSource=..\..\dist\campusdesk resources\installer\campusdesk.iss
#ifndef Version
  #define Version "0"
#endif
#ifndef Source
  #define Source "..\..\dist\campusdesk"
#endif

[Setup]
AppId={{8E1B5C0A-5D0B-4C7B-9C86-3A1C7B0D6E42}
AppName=Campusdesk
AppVersion={#Version}
AppPublisher=Campusdesk
DefaultDirName={autopf}\Campusdesk
DefaultGroupName=Campusdesk
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\..\dist
OutputBaseFilename=campusdesk-{#Version}-windows-x64
Compression=lzma2
SolidCompression=yes
UninstallDisplayIcon={app}\campusdesk.exe
; A lab of computers is set up without a hand: campusdesk-...-windows-x64.exe /VERYSILENT /ALLUSERS

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Campusdesk"; Filename: "{app}\campusdesk.exe"
Name: "{autodesktop}\Campusdesk"; Filename: "{app}\campusdesk.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\campusdesk.exe"; Description: "{cm:LaunchProgram,Campusdesk}"; Flags: nowait postinstall skipifsilent
